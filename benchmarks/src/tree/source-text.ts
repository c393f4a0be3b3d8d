/** Texts of the user's files, as far as they can be had, and the source maps that lead from compiled to written lines. */
import { readFileSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A larger file is no source that a person reads. */
const maxSourceBytes = 16 * 1_048_576;

export const readText = (file: string): string | undefined => {
  if (!isAbsolute(file)) return undefined;
  try {
    return statSync(file).size <= maxSourceBytes ? readFileSync(file, 'utf8') : undefined;
  } catch {
    // Gone since it was loaded, or inside an archive: then its lines are not to be had.
    return undefined;
  }
};

export interface WrittenPlace {
  /** Absolute path. */
  file: string;
  /** From 1. */
  line: number;
}

const mapComment = /\/\/[#@] sourceMappingURL=([^\s'"]+)/g;
const inlineMap = /^data:application\/json[^,]*;base64,/;

const isPayload = (map: unknown): map is SourceMapPayload =>
  map !== null && typeof map === 'object' && 'mappings' in map && 'sources' in map && Array.isArray(map.sources);

const payloadOf = (file: string, text: string): SourceMapPayload | null => {
  const url = [...text.matchAll(mapComment)].at(-1)?.[1];
  if (url === undefined) return null;
  const json = inlineMap.test(url)
    ? Buffer.from(url.replace(inlineMap, ''), 'base64').toString('utf8')
    : readText(resolve(dirname(file), decodeURI(url)));
  try {
    const map: unknown = JSON.parse(json ?? 'null');
    return isPayload(map) ? map : null;
  } catch {
    // Whatever lies there is no map.
    return null;
  }
};

/** Where a person wrote what stands at a place of a compiled file; the place itself where no map tells. */
export const writtenPlace = (file: string, text: string, line: number, column: number): WrittenPlace => {
  const payload = payloadOf(file, text);
  const entry = payload && new SourceMap(payload).findEntry(line - 1, column);
  if (!entry || !('originalSource' in entry) || entry.generatedLine !== line - 1) return { file, line };
  const folder = resolve(dirname(file), payload.sourceRoot ?? '');
  const source = entry.originalSource;
  const written = source.startsWith('file://') ? fileURLToPath(source) : resolve(folder, source);
  return { file: written, line: entry.originalLine + 1 };
};

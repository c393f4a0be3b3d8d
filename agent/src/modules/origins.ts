/**
 * Where in a bundle which original module lies: through the bundle's source map, inline or beside it, else through
 * esbuild's metafile beside it (`<file>.meta.json`).
 */
import type { SourceMapPayload } from 'node:module';
import { at, textAt } from '../platforms/shape.ts';
import { type Origins, parsed, readText } from './map-file.ts';
import { fromMetafile } from './metafile.ts';

const path = process.getBuiltinModule('node:path');
const { SourceMap } = process.getBuiltinModule('node:module');

const mapComment = /\/\/[#@] sourceMappingURL=([^\s'"]+)/g;
const inlineMap = /^data:application\/json[^,]*;base64,/;

const mapOf = (file: string, text: string): unknown => {
  const url = [...text.matchAll(mapComment)].at(-1)?.[1];
  if (url && inlineMap.test(url)) return parsed(Buffer.from(url.replace(inlineMap, ''), 'base64').toString('utf8'));
  const named = url && !/^[a-z]+:/i.test(url) ? path.resolve(path.dirname(file), decodeURI(url)) : `${file}.map`;
  return parsed(readText(named));
};

const isPayload = (map: unknown): map is SourceMapPayload =>
  typeof at(map, 'mappings') === 'string' && Array.isArray(at(map, 'sources'));

/** `webpack://name/./src/a.js` and `../src/a.js` as absolute paths. */
const absolute = (source: string, mapFolder: string, rootFolder: string): string => {
  const inWebpack = /^webpack:\/\/[^/]*\/(.*)$/s.exec(source)?.[1];
  if (inWebpack !== undefined) return path.resolve(rootFolder, inWebpack.replace(/\?.*$/, ''));
  return path.resolve(mapFolder, source.replace(/^file:\/\//, ''));
};

const fromMap = (file: string, text: string, rootFolder: string): Origins | null => {
  const payload = mapOf(file, text);
  if (!isPayload(payload)) return null;
  const folder = path.resolve(path.dirname(file), textAt(payload, 'sourceRoot') ?? '');
  // Taking a map apart costs many times what parsing it does, and only a profile needs it.
  let map: InstanceType<typeof SourceMap> | null = null;
  const sources = payload.sources.filter((source) => typeof source === 'string');
  const known = new Map(sources.map((source) => [source, absolute(source, folder, rootFolder)]));
  return {
    sources: [...known.values()],
    at: (line, column) => {
      map ??= new SourceMap(payload);
      const entry = map.findEntry(line, column);
      if (!('originalSource' in entry) || entry.generatedLine !== line) return null;
      // Node resolves `sourceRoot` itself where there is one.
      return known.get(entry.originalSource) ?? absolute(entry.originalSource, folder, rootFolder);
    },
  };
};

/**
 * @param file the bundle
 * @param text its text
 * @param rootFolder where the bundler was run, which its paths are relative to
 * @returns `null` where nothing tells
 */
export const originsOf = (file: string, text: string, rootFolder: string): Origins | null =>
  fromMap(file, text, rootFolder) ?? fromMetafile(file, text, rootFolder);

/** What bundlers leave in their output, minified or not. */
const traces: readonly RegExp[] = [
  /__webpack_(require|modules|exports)__/,
  /\b__(commonJS|toESM|toCommonJS)\b/,
  // esbuild, minified: its helpers come first.
  /^(?:#!.*\n)?(?:["']use strict["'];)?(?:import[^;]*;)*var \w+=Object\.(create|defineProperty)[;,]/,
  // webpack, minified: the table of modules.
  /^(?:["']use strict["'];)?\(\(\)=>\{(?:["']use strict["'];)?var \w+=\{\d+:/,
];

/** Whether a file that says nothing else about itself looks like a bundler's output. */
export const looksBundled = (text: string): boolean => traces.some((trace) => trace.test(text));

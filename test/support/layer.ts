/** The Lambda layer, built and unpacked to a directory that stands in for `/opt`. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** Where this test run's extensions listen: the usual port may be another run's. */
export const extensionPort = 20_000 + (process.pid % 20_000);

export const layerZip = join(repository, 'agent/dist/layer.zip');

export const buildLayer = (): Buffer => {
  execFileSync(process.execPath, [join(repository, 'agent/layer/build.mjs')], { timeout: 20_000, stdio: 'pipe' });
  return readFileSync(layerZip);
};

export interface ZipEntry {
  path: string;
  mode: number;
  content: Buffer;
}

/** Reads an archive by its directory, as Lambda does. */
export const readZip = (archive: Buffer): ZipEntry[] => {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameBytes = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    entries.push({
      path: archive.toString('utf8', at + 46, at + 46 + nameBytes),
      mode: (archive.readUInt32LE(at + 38) >>> 16) & 0o777,
      content: inflateRawSync(archive.subarray(begin, begin + archive.readUInt32LE(at + 20))),
    });
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
};

/** @returns the directory; whoever asks for it removes it */
export const unpackLayer = (): string => {
  const opt = mkdtempSync(join(tmpdir(), 'coldlens-opt-'));
  for (const { path, mode, content } of readZip(buildLayer())) {
    const file = join(opt, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
  return opt;
};

/** What is packed is found by its first bytes, and what is damaged is read as far as it goes. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { fileInputs } from '#collector/import/inputs.js';
import { Journal } from '#collector/import/journal.js';
import { unpacked } from '#collector/import/unpack.js';
import { findProgram } from '../../../support/program.ts';

const tar = findProgram('tar');

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

const files = async (bytes: Uint8Array, size = 7): Promise<{ found: Record<string, string>; notes: string[] }> => {
  const found: Record<string, string> = {};
  const notes: string[] = [];
  const note = (name: string, what: string) => notes.push(`${name} ${what}`);
  for await (const member of unpacked({ name: 'file', bytes: pieces(bytes, size) }, note)) {
    const all: Uint8Array[] = [];
    for await (const piece of member.bytes) all.push(piece);
    found[member.name] = Buffer.concat(all).toString();
  }
  return { found, notes };
};

const text = 'a line\n'.repeat(1_000);

describe('unpacking', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coldlens-unpack-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('reads plain files, gzip, zstd, several of them in a row, and one in the other', async () => {
    const half = Buffer.from(text.slice(0, 500));
    const other = Buffer.from(text.slice(500));
    for (const bytes of [
      Buffer.from(text),
      gzipSync(text),
      Buffer.concat([gzipSync(half), gzipSync(other)]),
      zstdCompressSync(text),
      Buffer.concat([zstdCompressSync(half), zstdCompressSync(other)]),
      gzipSync(zstdCompressSync(text)),
    ]) {
      assert.deepEqual(await files(bytes), { found: { file: text }, notes: [] });
    }
    assert.deepEqual(await files(Buffer.alloc(0)), { found: { file: '' }, notes: [] });
  });

  it('reads UTF-16, as PowerShell writes it, wherever its pieces end', async () => {
    const line = 'REPORT \u{1f680} ünï\r\n';
    const little = Buffer.from(`\ufeff${line}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const size of [1, 3, 1_000]) {
      for (const bytes of [little, big, gzipSync(little)]) {
        assert.deepEqual(await files(bytes, size), { found: { file: line }, notes: [] });
      }
      assert.deepEqual(await files(little.subarray(0, -1), size), {
        found: { file: `${line.slice(0, -1)}\ufffd` },
        notes: [],
      });
    }
  });

  it('says that a tar archive ends in the middle of a file', async function () {
    if (tar === undefined) return this.skip();
    writeFileSync(join(directory, 'a.log'), text);
    spawnSync(tar, ['-cf', 'all.tar', 'a.log'], { cwd: directory });
    const bytes = readFileSync(join(directory, 'all.tar'));
    const { found, notes } = await files(bytes.subarray(0, 512 + 700));
    assert.equal(found['file/a.log'], text.slice(0, 700));
    assert.deepEqual(notes, ['file/a.log ends in the middle of what is packed (tar)']);
  });

  it('reads gzip with all that its head can have, and says where the head ends early', async () => {
    const packed = gzipSync(text);
    const all = Buffer.from([0x1f, 0x8b, 8, 0xff & (2 | 4 | 8 | 16), 0, 0, 0, 0, 0, 3]);
    const head = Buffer.concat([all, Buffer.from('\x03\0xyzname.log\0a comment\0\x12\x34', 'latin1')]);
    const bytes = Buffer.concat([head, packed.subarray(10), packed]);
    for (const size of [1, 7, 100_000]) assert.deepEqual((await files(bytes, size)).found, { file: text + text });
    for (const length of [4, 10, 11, 13, 18, 26, 35]) {
      const { found, notes } = await files(bytes.subarray(0, length));
      assert.deepEqual(
        [found, notes],
        [{ file: '' }, ['file ends in the middle of what is packed (gzip)']],
        `${length}`,
      );
    }
    // Short ones behind long ones and long ones behind short ones.
    const sizes = [0, 1, 300_000, 5, 70_000, 400_000, 1];
    const texts = sizes.map((size, at) => `${at}`.repeat(size));
    const { found, notes } = await files(Buffer.concat(texts.map((one) => gzipSync(one))), 1_000);
    assert.deepEqual([found, notes], [{ file: texts.join('') }, []]);
  });

  it('reads what is whole of a file that is cut off or damaged, and says so', async () => {
    const packed = gzipSync(text);
    const behind = 'has something behind what is packed, which was not read';
    const otherSum = Buffer.from(packed);
    otherSum.writeUInt32LE(7, packed.length - 8);
    const otherLength = Buffer.from(packed);
    otherLength.writeUInt32LE(7, packed.length - 4);
    const noBlock = Buffer.concat([packed.subarray(0, 10), Buffer.alloc(50, 0xff)]);
    const inside = 'is damaged: up to 256 KB before that were not read, and nothing behind it';
    for (const [bytes, found, note] of [
      [packed.subarray(0, -12), text, 'ends in the middle of what is packed (gzip)'],
      [packed.subarray(0, -3), text, 'ends in the middle of what is packed (gzip)'],
      [otherSum, text, 'is damaged: its check sum is another (gzip)'],
      [otherLength, text, 'is damaged: its check sum is another (gzip)'],
      [Buffer.concat([otherSum, packed]), text + text, 'is damaged: its check sum is another (gzip)'],
      [noBlock, '', `${inside} (gzip)`],
      [Buffer.concat([packed, noBlock]), text, `${inside} (gzip)`],
      [Buffer.concat([packed, Buffer.from('a line\n')]), text, `${behind} (gzip)`],
      [Buffer.concat([packed, Buffer.from([0x1f, 0x8b])]), text, `${behind} (gzip)`],
      [Buffer.concat([packed, Buffer.alloc(5_000)]), text, undefined],
      [Buffer.concat([zstdCompressSync(text), Buffer.from('a line\n')]), text, `${behind} (zstd)`],
      [zstdCompressSync(text).subarray(0, 12), '', 'ends in the middle of what is packed (zstd)'],
      [Buffer.from('BZh91AY&SY'), undefined, 'is packed by bzip2, which is not read here: unpack it first'],
    ] as const) {
      for (const size of [1, 7, 100_000]) {
        const read = await files(bytes, size);
        assert.deepEqual(read.notes, note === undefined ? [] : [`file ${note}`]);
        const whole = read.found.file;
        // Where it is cut off inside, how much of it comes depends on how it was packed.
        if (found === text && note?.startsWith('ends')) assert.ok(text.startsWith(whole ?? 'x'), note);
        else assert.equal(whole, found, note);
      }
    }
  });

  it(`reads archives with long names and packed files in them${tar ? '' : ' (skipped: no tar here)'}`, async function () {
    if (tar === undefined) return this.skip();
    const folder = `logs/${'long-name-'.repeat(9)}/${'more-'.repeat(12)}`;
    mkdirSync(join(directory, folder), { recursive: true });
    writeFileSync(join(directory, folder, '000000.gz'), gzipSync(text));
    writeFileSync(join(directory, 'logs/plain'), text);
    writeFileSync(join(directory, 'logs/empty'), '');
    const wanted = { [`file/${folder}/000000.gz`]: text, 'file/logs/plain': text, 'file/logs/empty': '' };
    const cut = spawnSync(tar, ['-cf', 'two.tar', 'logs/plain', 'logs/empty', 'logs/plain'], { cwd: directory });
    assert.equal(cut.status, 0);
    const two = readFileSync(join(directory, 'two.tar'));
    const whole = { 'file/logs/plain': text, 'file/logs/empty': '' };
    // In a file, in a header, and before the blocks of zeros at the end.
    for (const [length, found, what] of [
      [512 + 100, { 'file/logs/plain': text.slice(0, 100) }, 'file/logs/plain'],
      [512 + 7_168 + 100, { 'file/logs/plain': text }, 'file'],
      [512 + 7_168 + 512, whole, 'file'],
    ] as const) {
      const notes = [`${what} ends in the middle of what is packed (tar)`];
      assert.deepEqual(await files(two.subarray(0, length), 1_000), { found, notes }, `${length}`);
    }
    for (const format of ['gnu', 'pax', 'ustar']) {
      const args: string[] = [`--format=${format}`, '-cf', 'all.tar', 'logs'];
      const packed: SpawnSyncReturns<string> = spawnSync(tar, args, { cwd: directory, encoding: 'utf8' });
      assert.equal(packed.status, 0, packed.stderr);
      const bytes = readFileSync(join(directory, 'all.tar'));
      for (const archive of [bytes, gzipSync(bytes)]) {
        assert.deepEqual(await files(archive, 1_000), { found: wanted, notes: [] }, format);
      }
    }
  });
});

describe('what is to be imported', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coldlens-inputs-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is a directory with all below it, by name', async () => {
    mkdirSync(join(directory, 'b/c'), { recursive: true });
    for (const name of ['z', 'b/c/1', 'b/0', 'a']) writeFileSync(join(directory, name), name);
    const found = await fileInputs([directory, join(directory, 'z')]);
    assert.deepEqual(
      found.map(({ name }) => name.slice(directory.length + 1)),
      // The one that is named again is read once.
      ['a', 'b/0', 'b/c/1', 'z'],
    );
    await assert.rejects(fileInputs([join(directory, 'none')]), /none is not there\.$/);
  });

  it('is what links lead to, but no directory that they lead back to', async () => {
    mkdirSync(join(directory, 'b'));
    writeFileSync(join(directory, 'b/0'), 'one');
    symlinkSync(join(directory, 'b/0'), join(directory, 'same'));
    symlinkSync(directory, join(directory, 'b/back'));
    symlinkSync('nowhere', join(directory, 'broken'));
    const found = await fileInputs([directory]);
    assert.deepEqual(
      found.map(({ name }) => name.slice(directory.length + 1)),
      ['b/0', 'broken'],
    );
    // It is told where it would be read: the others can be.
    await assert.rejects(async () => found[1]?.identity(), /^Error: cannot be read \(ENOENT\)$/);
    mkdirSync(join(directory, 'empty'));
    await assert.rejects(fileInputs([join(directory, 'empty')]), /empty has no files/);
  });

  it('is another file once it has changed', async () => {
    const path = join(directory, 'file');
    const identity = async () => (await fileInputs([path]))[0]?.identity();
    writeFileSync(path, 'one');
    utimesSync(path, 1, 1);
    const one = await identity();
    assert.equal(await identity(), one);
    writeFileSync(path, 'two');
    utimesSync(path, 1, 1);
    assert.notEqual(await identity(), one);
    writeFileSync(path, 'one');
    utimesSync(path, 2, 2);
    assert.notEqual(await identity(), one);
  });

  it('is noted as far as it came, whatever became of the last note', async () => {
    const path = join(directory, 'data/imports.jsonl');
    const entry = { key: 'k', name: 'n', chunks: 1, isDone: false, receivedMs: 7 };
    const journal = await Journal.open(path);
    await journal.note([entry]);
    await journal.note([{ ...entry, chunks: 2 }]);
    writeFileSync(path, '{"key":"half', { flag: 'a' });
    const again = await Journal.open(path);
    assert.deepEqual(again.of('k'), { ...entry, chunks: 2 });
    await again.note([{ ...entry, isDone: true }]);
    assert.equal((await Journal.open(path)).of('k')?.isDone, true);
    assert.equal(again.of('other'), undefined);
  });
});

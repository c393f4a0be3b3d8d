/** Files in zip archives are read as they come, whoever has packed them, and what is hostile in them does no harm. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { unpacked } from '#collector/import/unpack.js';
import { findProgram } from '../../../support/program.ts';
import { archive, packedFile } from './zips.ts';

const zip = findProgram('zip');
const python = findProgram('python3');

const read = async (bytes: Uint8Array, step = 7) => {
  const pieces = (async function* () {
    for (let from = 0; from < bytes.length; from += step) yield bytes.subarray(from, from + step);
  })();
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  const notes: string[] = [];
  const note = (name: string, what: string) => notes.push(`${name} ${what}`);
  for await (const member of unpacked({ name: 'z', bytes: pieces }, note)) {
    const all: Uint8Array[] = [];
    for await (const piece of member.bytes) all.push(piece);
    found[member.name] = Buffer.concat(all).toString();
  }
  return { found: { ...found }, notes };
};

const text = 'a line\n'.repeat(500);

describe('zip archives', () => {
  it('give their files, packed or not, with sizes before or behind them', async () => {
    const bytes = archive(
      { name: 'logs/', text: '', method: 0 },
      { name: 'logs/a', text },
      { name: 'logs/b', text, method: 0 },
      { name: 'logs/c', text, behind: 'signed' },
      { name: 'logs/d', text, behind: 'bare' },
      { name: 'logs/e', text, behind: 'large' },
      { name: 'logs/f.gz', text: gzipSync(text) },
      { name: 'logs/empty', text: '' },
    );
    const names = ['a', 'b', 'c', 'd', 'e', 'f.gz'];
    const wanted = { ...Object.fromEntries(names.map((name) => [`z/logs/${name}`, text])), 'z/logs/empty': '' };
    for (const step of [1, 7, 1_000, 1_000_000])
      assert.deepEqual(await read(bytes, step), { found: wanted, notes: [] });
    assert.deepEqual(await read(gzipSync(bytes)), { found: wanted, notes: [] });
    assert.deepEqual(await read(Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)])), {
      found: {},
      notes: [],
    });
  });

  it('lie in each other only so deep', async () => {
    let bytes: Buffer = Buffer.from(text);
    for (let depth = 0; depth < 6; depth += 1) bytes = archive({ name: 'x', text: bytes });
    const { found, notes } = await read(bytes, 1_000);
    assert.deepEqual([Object.keys(found), notes], [['z/x/x/x/x'], []]);
  });

  const bad: [string, Buffer, Record<string, string>, RegExp][] = [
    [
      'is encrypted',
      archive({ name: 'a', text, flags: 1 }, { name: 'b', text }),
      { 'z/b': text },
      /^z\/a is encrypted/,
    ],
    [
      'another method',
      archive({ name: 'a', text, method: 9 }, { name: 'b', text }),
      { 'z/b': text },
      /^z\/a is packed by method 9/,
    ],
    ['no length', archive({ name: 'a', text, method: 0, behind: 'signed' }), {}, /^z\/a does not say how long it is/],
    [
      'another sum',
      archive({ name: 'a', text, sum: 7 }, { name: 'b', text }),
      { 'z/a': text, 'z/b': text },
      /^z\/a is damaged: its check sum/,
    ],
    [
      'cut off',
      archive({ name: 'a', text }, { name: 'b', text }).subarray(0, -80),
      { 'z/a': text },
      /ends in the middle of what is packed \(zip\)$/,
    ],
    [
      'a header that is none',
      Buffer.concat([packedFile({ name: 'a', text }), Buffer.alloc(99)]),
      { 'z/a': text },
      /^z is damaged: read up to there/,
    ],
  ];
  for (const [what, bytes, wanted, note] of bad) {
    it(`say of a file what it is: ${what}`, async () => {
      const { found, notes } = await read(bytes, 50);
      for (const [name, content] of Object.entries(wanted)) assert.equal(found[name], content);
      assert.equal(notes.length, 1);
      assert.match(notes[0] ?? '', note);
    });
  }

  it('reach nothing by a hostile name', async () => {
    const names = ['../../../etc/passwd', '/etc/passwd', '__proto__', 'a\u0000b', '\u001b[31m', 'x'.repeat(65_000)];
    const { found, notes } = await read(archive(...names.map((name) => ({ name, text: 'x' }))), 1_000);
    assert.deepEqual([Object.keys(found), notes], [names.map((name) => `z/${name}`), []]);
  });

  it('that become a thousand times as long take no memory', async () => {
    const bytes = archive({ name: 'bomb', text: Buffer.alloc(200_000_000) });
    const before = process.memoryUsage.rss();
    let [length, most] = [0, 0];
    const pieces = (async function* () {
      yield bytes;
    })();
    for await (const member of unpacked({ name: 'z', bytes: pieces }, assert.fail)) {
      for await (const piece of member.bytes) {
        length += piece.length;
        most = Math.max(most, process.memoryUsage.rss());
      }
    }
    assert.equal(length, 200_000_000);
    assert.ok(most - before < 150_000_000, `${most - before}`);
  });

  it('of the usual programs are read', async function () {
    const folder = mkdtempSync(join(tmpdir(), 'coldlens-zip-'));
    try {
      mkdirSync(join(folder, 'logs'));
      for (const name of ['one', 'two']) writeFileSync(join(folder, 'logs', name), text);
      const made: [string, string[]][] = [
        ...(zip ? [[zip, ['-qr', 'a.zip', 'logs']] as [string, string[]]] : []),
        ...(python ? [[python, ['-m', 'zipfile', '-c', 'a.zip', 'logs']] as [string, string[]]] : []),
      ];
      if (made.length === 0) return this.skip();
      for (const [program, args] of made) {
        rmSync(join(folder, 'a.zip'), { force: true });
        assert.equal(spawnSync(program, args, { cwd: folder }).status, 0);
        assert.deepEqual(await read(readFileSync(join(folder, 'a.zip')), 100), {
          found: { 'z/logs/one': text, 'z/logs/two': text },
          notes: [],
        });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

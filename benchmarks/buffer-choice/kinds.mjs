/** The candidates behind one shape: put (resolves when durable), remove, get, close. */
import { readdirSync, readFileSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { open as openLmdb } from 'lmdb';

const lmdb = (overlappingSync) => (directory) => {
  const db = openLmdb({
    path: join(directory, 'data.mdb'),
    encoding: 'binary',
    keyEncoding: 'uint32',
    overlappingSync,
  });
  return {
    put: async (key, value) => {
      await db.put(key, value);
      // With overlappingSync a commit is seen before it is durable.
      if (overlappingSync) await db.flushed;
    },
    remove: (key) => db.remove(key),
    get: (key) => db.getBinary(key),
    close: () => db.close(),
  };
};

const sqlite = (directory) => {
  const db = new DatabaseSync(join(directory, 'data.db'));
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS b (k INTEGER PRIMARY KEY, v BLOB)',
  );
  const insert = db.prepare('INSERT INTO b VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM b WHERE k = ?');
  const select = db.prepare('SELECT v FROM b WHERE k = ?');
  return {
    put: async (key, value) => void insert.run(key, value),
    remove: async (key) => void remove.run(key),
    get: (key) => select.get(key),
    close: async () => db.close(),
  };
};

const magic = 0xc0ffee01;
const headerBytes = 16;
const recordsPerFile = 20;

/** Files of 20 records, each with a checksum; a file goes when all of its records have. */
const files = (directory) => {
  const left = new Map();
  let file;
  let name = '';
  let [at, count] = [0, 0];
  let made = readdirSync(directory).length;
  const begin = async () => {
    await file?.close();
    name = join(directory, `${String(made++).padStart(6, '0')}.log`);
    file = await open(name, 'wx');
    const parent = await open(directory, 'r');
    await parent.sync();
    await parent.close();
    [at, count] = [0, 0];
    left.set(name, new Set());
  };
  const all = () => {
    const found = new Map();
    for (const one of readdirSync(directory)) {
      const content = readFileSync(join(directory, one));
      for (let from = 0; from + headerBytes <= content.length; ) {
        const to = from + headerBytes + content.readUInt32LE(from + 8);
        const value = content.subarray(from + headerBytes, to);
        const isWhole = content.readUInt32LE(from) === magic && content.readUInt32LE(from + 12) === crc32(value);
        if (isWhole) found.set(content.readUInt32LE(from + 4), value);
        from = isWhole ? to : from + 1;
      }
    }
    return found;
  };
  let read;
  return {
    put: async (key, value) => {
      if (file === undefined || count === recordsPerFile) await begin();
      const header = Buffer.alloc(headerBytes);
      for (const [index, word] of [magic, key, value.length, crc32(value)].entries())
        header.writeUInt32LE(word, index * 4);
      await file.writev([header, value], at);
      await file.datasync();
      at += headerBytes + value.length;
      count += 1;
      left.get(name).add(key);
    },
    remove: async (key) => {
      for (const [path, keys] of left) {
        if (!keys.delete(key) || keys.size > 0 || (path === name && count < recordsPerFile)) continue;
        left.delete(path);
        await unlink(path);
      }
    },
    get: (key) => {
      read ??= all();
      return read.get(key);
    },
    close: async () => file?.close(),
  };
};

export const kinds = { lmdb: lmdb(false), 'lmdb, overlappingSync': lmdb(true), sqlite, files };

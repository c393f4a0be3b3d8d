/**
 * A minimal writer of zip archives: deflate, Unix modes, the same bytes for the same input. Nothing here needs zip64:
 * a Lambda layer is at most 250 MB. Format: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16.
 */
import { crc32, deflateRawSync } from 'node:zlib';

/** 1980-01-01 00:00, the format's first instant: an archive shall not tell when it was made. */
const dosTime = 0;
const dosDate = (1 << 5) | 1;
const deflated = 8;
const versionNeeded = 20;
const madeByUnix = (3 << 8) | versionNeeded;
/** File names are UTF-8. */
const flags = 1 << 11;
const regularFile = 0o100000;

const fields = (...parts) =>
  Buffer.concat(
    parts.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );

/** Of both headers of a file. */
const common = ({ name, crc, packed, content }) =>
  fields(
    [versionNeeded, 2],
    [flags, 2],
    [deflated, 2],
    [dosTime, 2],
    [dosDate, 2],
    [crc, 4],
    [packed.length, 4],
    [content.length, 4],
    [name.length, 2],
    [0, 2],
  );

/**
 * @param {{ path: string, content: Buffer, mode: number }[]} files mode: permission bits, such as 0o755
 * @returns {Buffer} the archive, files in order of their paths
 */
export const zip = (files) => {
  const local = [];
  const central = [];
  let offset = 0;
  for (const { path, content, mode } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const packed = deflateRawSync(content, { level: 9 });
    const file = { name: Buffer.from(path, 'utf8'), crc: crc32(content), packed, content };
    const header = Buffer.concat([fields([0x04034b50, 4]), common(file), file.name]);
    // In the directory: comment length, disk, internal attributes, external ones with the mode, place of the file.
    const rest = fields([0, 2], [0, 2], [0, 2], [((regularFile | mode) << 16) >>> 0, 4], [offset, 4]);
    central.push(Buffer.concat([fields([0x02014b50, 4], [madeByUnix, 2]), common(file), rest, file.name]));
    local.push(header, packed);
    offset += header.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = fields(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [files.length, 2],
    [files.length, 2],
    [directory.length, 4],
    [offset, 4],
    [0, 2],
  );
  return Buffer.concat([...local, directory, end]);
};

/** Zip archives as several programs write them, and as none should. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Packed {
  name: string;
  text: string | Uint8Array;
  method?: 0 | 8 | 9;
  /** Sizes and sum behind it, as what writes to a pipe has them; with a signature before them or without, and of 64 bits. */
  behind?: 'signed' | 'bare' | 'large';
  flags?: number;
  sum?: number;
}

/** With its header, and what stands behind it. */
export const packedFile = ({ name, text, method = 8, behind, flags = 0, sum }: Packed): Buffer => {
  const plain = Buffer.from(text as string);
  const packed = method === 8 ? deflateRawSync(plain) : plain;
  const told = sum ?? crc32(plain);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(flags | (behind ? 8 : 0), 6);
  head.writeUInt16LE(method, 8);
  if (!behind) {
    head.writeUInt32LE(told, 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(plain.length, 22);
  }
  head.writeUInt16LE(Buffer.byteLength(name), 26);
  const tail = Buffer.alloc({ signed: 16, bare: 12, large: 24 }[behind ?? 'signed']);
  if (behind === 'bare') tail.writeUInt32LE(told, 0);
  else {
    tail.writeUInt32LE(0x08074b50, 0);
    tail.writeUInt32LE(told, 4);
  }
  return Buffer.concat([head, Buffer.from(name), packed, ...(behind ? [tail] : [])]);
};

/** Nothing of the directory is looked at but where it begins. */
const directory = Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.alloc(42)]);

export const archive = (...files: Packed[]): Buffer => Buffer.concat([...files.map(packedFile), directory]);

/** Facts that every platform's Node tells alike. */
import type { AttributeValue } from '../invocation.ts';
import { randomSpanId } from '../trace/ids.ts';
import { attribute } from '../vocabulary.ts';

/** Node's architecture names as semantic conventions spell them. */
const archName: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', ia32: 'x86', arm: 'arm32' };

const bytesPerMb = 1_048_576;

/** `faas.max_memory` wants bytes; platforms tell MB as text. */
export const memoryBytes = (mb: string | undefined): number | undefined => {
  const value = Number(mb);
  return value > 0 ? value * bytesPerMb : undefined;
};

let instanceId: string | undefined;

/** For platforms that give their instances no id. Made at the first question: copies of a snapshot must differ. */
export const processInstanceId = (): string => {
  instanceId ??= `${process.pid.toString(36)}-${randomSpanId()}`;
  return instanceId;
};

export const processResource = (): Record<string, AttributeValue> => ({
  [attribute.hostArch]: archName[process.arch] ?? process.arch,
  [attribute.runtimeName]: 'nodejs',
  [attribute.runtimeVersion]: process.versions.node,
});

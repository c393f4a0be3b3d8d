/** Every kind of what-if, as `--try` names it. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { bundle } from './bundle.ts';
import { compileCache } from './compile-cache.ts';
import { lazy } from './lazy.ts';
import { memory } from './memory.ts';
import { node } from './node.ts';
import type { WhatIfKind } from './what-if.ts';

export const whatIfKinds: readonly WhatIfKind[] = [lazy, compileCache, bundle, node, memory];

export interface Change {
  kind: WhatIfKind;
  value: string;
  /** As it was written: `node=26`. */
  text: string;
}

/** @throws {@link Trouble} (wrong usage) for what is none */
export const readChange = (text: string): Change => {
  const [name = '', ...rest] = text.split('=');
  const kind = whatIfKinds.find((known) => known.name === name);
  const forms = whatIfKinds.map((known) => (known.value ? `${known.name}=${known.value}` : known.name)).join(', ');
  if (!kind)
    throw new Trouble(`--try ${text} is no change that can be tried.`, `Choose one of: ${forms}.`, exitCode.usage);
  const value = rest.join('=');
  if ((value !== '') !== (kind.value !== undefined)) {
    const wanted = kind.value ? `${kind.name}=${kind.value}` : kind.name;
    throw new Trouble(`--try ${text} must be written --try ${wanted}.`, `Choose one of: ${forms}.`, exitCode.usage);
  }
  return { kind, value, text };
};

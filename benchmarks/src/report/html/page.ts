/**
 * The report as one page that needs nothing else: no request leaves it, which its own policy enforces; the only style and
 * the only script that may run are the ones whose hashes the policy names. Outside text reaches it as text alone.
 */
import { createHash } from 'node:crypto';
import type { Result } from '../../results/result.ts';
import { standingOf, worstFirst } from '../../results/standing.ts';
import { headline } from '../findings.ts';
import { plain } from '../format/sentence.ts';
import { flameGraph } from './client/flame-graph.ts';
import { start } from './client/start.ts';
import type { FunctionFlames } from './client/types.ts';
import { flamesOf, framesOf, mostFramesOfPage } from './flames.ts';
import { html, jsonHtml, trusted } from './markup.ts';
import { type FlamesShown, functionSection, overview, pageFooter, pageHeader } from './sections.ts';
import { style } from './style.ts';

/** The browser's functions, sent as their own source: each uses only what is here. */
const script = `"use strict";\n${[flameGraph, start].map(String).join('\n')}\nstart();\n`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** So many sections are open at first, if they have news. */
const openSections = 3;

export const htmlReport = (result: Result): string => {
  const functions = worstFirst(result.functions);
  const data: Record<string, FunctionFlames> = {};
  let frames = 0;
  const sections = functions.map((fn, index) => {
    const flames = flamesOf(fn);
    const size = flames === null ? 0 : framesOf(flames);
    const isLeftOut = flames !== null && frames + size > mostFramesOfPage;
    const key = flames === null || isLeftOut ? null : `f${index}`;
    if (flames !== null && key !== null) {
      data[key] = flames;
      frames += size;
    }
    const sides = (['head', 'base'] as const).filter((side) => flames !== null && flames[side] !== null);
    const shown: FlamesShown = { key, isLeftOut, sides };
    const isOpen = index === 0 || (index < openSections && standingOf(fn) !== 'unchanged');
    return functionSection(fn, index, result, shown, isOpen);
  });
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,"><title>${`coldlens: ${plain(headline(result))}`}</title>
<style>${trusted(style)}</style></head>
<body>${pageHeader(result)}<main>${overview(functions, result)}${sections}</main>${pageFooter(result)}
<script type="application/json" id="flames">${jsonHtml(data)}</script>
<script>${trusted(script)}</script></body></html>
`.html;
};

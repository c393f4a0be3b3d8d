/** The page's looks: light and dark by the reader's setting, and on paper. */

export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #f6f8fa; --ink: #1c2128; --soft: #59636e; --line: #d5dbe1; --accent: #0b62c4;
  --bad: #b42318; --bad-soft: #fdeceb; --good: #15703a; --good-soft: #e6f6ec; --unsure: #8a5a00; --unsure-soft: #fff4dc;
  --fail: #6f3cc9; --fail-soft: #f1eafd; --base: #7a8794; --head: #0b62c4;
  --same: #f3c886; --own: #c9d1d9; --builtin: #dfe4ea; --added: #c93c37; --removed: #6cb58a; --slower: #f08c3a; --frame-ink: #1c2128;
  --c0: #f2b8a0; --c1: #f4cf8e; --c2: #dcd98a; --c3: #b5d99a; --c4: #96d8bd; --c5: #97d3dd; --c6: #a3c4ef; --c7: #bfb5f0; --c8: #e0b0e6; --c9: #f1b0c8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1116; --card: #161b22; --ink: #e4e9ef; --soft: #97a3b0; --line: #2c343d; --accent: #6cb0ff;
    --bad: #ff8a80; --bad-soft: #3a1715; --good: #6fd694; --good-soft: #10301d; --unsure: #f0bd5a; --unsure-soft: #33260a;
    --fail: #c3a1ff; --fail-soft: #271a40; --base: #8693a0; --head: #6cb0ff;
    --same: #7a5a26; --own: #3d4651; --builtin: #2a313a; --added: #a8322b; --removed: #2f6f49; --slower: #9a5414; --frame-ink: #f0f3f6;
    --c0: #7d4330; --c1: #75581c; --c2: #5d5b1d; --c3: #41622a; --c4: #25604a; --c5: #235b66; --c6: #2f4f7d; --c7: #4b4283; --c8: #673a6e; --c9: #773b53;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
main, header.page, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header.page { padding-top: 28px; }
.brand { color: var(--soft); font-size: 13px; letter-spacing: .04em; margin: 0; }
h1 { font-size: 26px; line-height: 1.25; margin: 4px 0 6px; text-wrap: balance; }
h2 { font-size: 17px; margin: 0; display: inline; overflow-wrap: anywhere; }
h3 { font-size: 14px; margin: 26px 0 8px; }
.sides, .where, .note, .info, .found { color: var(--soft); margin: 0; overflow-wrap: anywhere; }
.where, .note { font-size: 13px; }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 12.5px; border-bottom: 1px solid var(--line); padding: 6px 10px 6px 0; white-space: nowrap; }
td { border-bottom: 1px solid var(--line); padding: 7px 10px 7px 0; vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.n, th.n { text-align: right; white-space: nowrap; padding-right: 18px; }
td.nowrap { white-space: nowrap; }
.overview { margin: 22px 0 26px; }
.overview td { vertical-align: middle; }
.overview td:nth-child(2) { min-width: 170px; } .overview td:nth-child(2) code { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
h1 code { font-size: .88em; }
.chip { display: inline-block; border-radius: 999px; padding: 1px 10px; font-size: 12.5px; font-weight: 600; white-space: nowrap; background: var(--card); color: var(--soft); border: 1px solid transparent; }
.chip.regressed, .chip.over { background: var(--bad-soft); color: var(--bad); }
.chip.improved { background: var(--good-soft); color: var(--good); }
.chip.inconclusive { background: var(--unsure-soft); color: var(--unsure); }
.chip.failed { background: var(--fail-soft); color: var(--fail); }
details.function { border: 1px solid var(--line); border-radius: 10px; margin: 0 0 14px; background: var(--paper); scroll-margin-top: 12px; }
details.function > summary { padding: 12px 18px; cursor: pointer; list-style: none; display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; border-radius: 10px; }
details.function > summary::-webkit-details-marker { display: none; }
details.function > summary::before { content: "\\25B8"; color: var(--soft); width: 12px; }
details.function[open] > summary::before { content: "\\25BE"; }
details.function > summary .figure { margin-left: auto; color: var(--soft); font-size: 13.5px; white-space: nowrap; }
details.function > .body { padding: 0 18px 20px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.findings { margin: 14px 0 0; padding: 12px 16px; border-radius: 8px; background: var(--card); list-style: none; }
.findings li { padding: 2px 0; overflow-wrap: anywhere; }
.findings li.lead { font-weight: 600; font-size: 16px; }
.findings.regressed, .findings.over { background: var(--bad-soft); }
.findings.improved { background: var(--good-soft); }
.findings.failed { background: var(--fail-soft); }
.findings.inconclusive { background: var(--unsure-soft); }
.cold { display: flex; gap: 12px; align-items: baseline; margin: 14px 0 0; flex-wrap: wrap; }
.cold strong { font-size: 38px; line-height: 1.1; letter-spacing: -.02em; }
.bar { display: block; width: 100%; height: 14px; border-radius: 7px; overflow: hidden; margin: 12px 0 6px; }
.bar .runtime { fill: var(--base); } .bar .init { fill: var(--slower); } .bar .execution { fill: var(--removed); }
.keys { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0; padding: 0; list-style: none; font-size: 13px; color: var(--soft); }
.keys i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
i.runtime { background: var(--base); } i.init { background: var(--slower); } i.execution { background: var(--removed); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 10px 28px; }
.plot { margin: 0; } .plot svg { width: 100%; height: auto; display: block; overflow: visible; }
.plot figcaption { font-size: 13px; color: var(--soft); margin-bottom: 4px; }
.plot text { font-size: 12.5px; fill: var(--soft); } .plot .value { fill: var(--ink); font-weight: 600; }
.plot .axis line { stroke: var(--line); } .plot circle { fill-opacity: .55; }
.plot .base circle { fill: var(--base); } .plot .head circle, .plot .head .bar { fill: var(--head); } .plot .box { fill-opacity: .16; }
.plot .base .box { fill: var(--base); } .plot .head .box { fill: var(--head); }
.plot .median { stroke-width: 2.5; } .plot .base .median { stroke: var(--base); } .plot .head .median { stroke: var(--head); }
.interval { vertical-align: middle; } .interval .zero { stroke: var(--line); stroke-width: 1.5; } .interval .span { stroke: currentColor; stroke-width: 1.5; } .interval circle { fill: currentColor; }
.tone-regressed, .tone-over { color: var(--bad); } .tone-improved { color: var(--good); } .tone-inconclusive { color: var(--unsure); } .tone-unchanged { color: var(--soft); }
.share { display: block; width: 130px; height: 10px; } .share rect { fill: var(--slower); }
.controls { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; margin: 0 0 8px; font-size: 13px; }
.controls input, .controls select, .controls button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; }
.controls input { width: 220px; margin-left: 4px; } .controls button { cursor: pointer; }
.side { font-size: 13px; color: var(--soft); margin: 10px 0 4px; }
.scroller { max-height: 62vh; overflow: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.flame { position: relative; min-height: 22px; }
.frame { position: absolute; height: 20px; padding: 0 5px; font: 12px/20px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; cursor: pointer; color: var(--frame-ink); border-radius: 2px; box-shadow: inset -1px 0 0 var(--paper); }
.frame:empty { padding: 0; }
.frame:hover { filter: brightness(1.1) saturate(1.15); }
.frame.selected { box-shadow: inset 0 0 0 2px var(--ink); }
.frame.ancestor { opacity: .55; }
.searching .frame:not(.match) { opacity: .25; }
.frame.match { box-shadow: inset 0 0 0 2px var(--accent); }
.own { background: var(--own); } .builtin { background: var(--builtin); } .same { background: var(--same); } .slower { background: var(--slower); } .removed { background: var(--removed); }
.added { background-color: var(--added); background-image: repeating-linear-gradient(135deg, transparent 0 8px, rgb(0 0 0 / .14) 8px 16px); }
.frame.added { color: #fff; }
${Array.from({ length: 10 }, (_, index) => `.c${index} { background: var(--c${index}); }`).join(' ')}
.info { min-height: 44px; font-size: 13px; margin-top: 8px; }
.flames[data-color=package] .by-change { display: none; }
.flames:not([data-color=package]) .by-package { display: none; }
footer { color: var(--soft); font-size: 12.5px; padding-top: 14px; padding-bottom: 40px; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; }
  body { font-size: 11pt; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .controls, .info { display: none; } .scroller { max-height: none; overflow: hidden; } details.function { break-inside: auto; } .plot, tr, .findings { break-inside: avoid; }
}
@media (max-width: 640px) { main, header.page, footer { padding-left: 14px; padding-right: 14px; } h1 { font-size: 21px; } .cold strong { font-size: 30px; } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;

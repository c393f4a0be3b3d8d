/** What each screen shows can be written to a file as. */
import type { ModuleTree, Ranking } from '@coldlens/collector';
import type { Entry } from '../app/palette.ts';
import type { Written } from '../app/screen.ts';
import type { RankingFormat } from '../cli/option-table.ts';
import { flameSvg, speedscope } from '../print/flame-files.ts';
import { safeJson } from '../print/json.ts';
import { type PrintedPage, pageText } from '../print/page.ts';
import { isPrinted, printedPages } from '../print/pages.ts';
import { rankingText } from '../print/ranking.ts';
import { printedPackages } from './modules/written.ts';

interface Form {
  name: string;
  ending: string;
  /** The session gives each screen's own answers. @param whole what the filter hides included */
  text(answer: unknown, whole: unknown): string;
}

const json: Form = { name: 'json', ending: 'json', text: (answer) => safeJson(answer) };
const written = [
  { name: 'csv', ending: 'csv' },
  { name: 'markdown', ending: 'md' },
] as const;

/** A flame of which parts are missing would stand on nothing: it is always whole. */
const flameForms: readonly Form[] = [
  { name: 'flame graph (svg)', ending: 'svg', text: (_shown, tree) => flameSvg(tree as ModuleTree) },
  { name: 'speedscope', ending: 'speedscope.json', text: (_shown, tree) => speedscope(tree as ModuleTree) },
];

type PageId = Written<unknown>['page'];

function formsOf(page: PageId): readonly Form[] {
  if (page === 'functions') {
    return [
      json,
      ...written.map((form) => ({ ...form, text: (answer: unknown) => exported(answer as Ranking, form.name) })),
    ];
  }
  const printed = printedAs(page);
  if (printed === undefined) return [json];
  const forms = written.map((form) => ({
    ...form,
    text: (answer: unknown) => pageText(printed, answer, form.name, {}),
  }));
  return [json, ...forms, ...(page === 'modules' || page === 'packages' ? flameForms : [])];
}

function printedAs(page: PageId): PrintedPage<unknown, unknown> | undefined {
  // What is written as a page is an answer of it.
  if (page === 'packages') return printedPackages as unknown as PrintedPage<unknown, unknown>;
  return isPrinted(page) ? (printedPages[page] as unknown as PrintedPage<unknown, unknown>) : undefined;
}

/** With the window before where that is known of any of them. */
const exported = (ranking: Ranking, form: RankingFormat): string =>
  rankingText(ranking, form, {}, { isCompared: ranking.functions.some(({ before }) => before !== null) });

/** Nothing where there is nothing. */
export const exportEntries = ({ page, answer, whole }: Written<unknown>): Entry[] =>
  answer === undefined || answer === null
    ? []
    : formsOf(page).map(
        ({ name, ending, text }): Entry => ({
          label: `export ${name}`,
          hint: `into a file of this directory`,
          effect: { kind: 'save', name: `coldlens-${page}`, ending, text: () => text(answer, whole) },
        }),
      );

/** What a check of `coldlens doctor` looks at and says. */

export type CheckStatus = 'ok' | 'warn' | 'fail';

export interface Finding {
  /** `warn`: works, with a limit that the detail names. `fail`: something will not work. */
  status: CheckStatus;
  detail: string;
  /** What to do; empty when nothing needs doing. */
  next: string;
}

export type Found = Finding | readonly Finding[] | undefined;

export interface CheckResult extends Finding {
  name: string;
}

export interface CheckContext {
  data: string | undefined;
  clickhouse: string | undefined;
  /** A running collector that is looked at in place of this machine. */
  url: string | undefined;
  /** For that collector. */
  token: string | undefined;
  port: number;
  /** Folders that programs are looked for in, as in `PATH`. */
  path: string;
  /** The variables that a function would be started with from here. */
  environment: Readonly<Record<string, string | undefined>>;
}

export interface Check {
  name: string;
  /** None when the check has no meaning here, such as a data directory beside `--clickhouse`. */
  run(context: CheckContext): Promise<Found> | Found;
}

export const ok = (detail: string): Finding => ({ status: 'ok', detail, next: '' });
export const warn = (detail: string, next: string): Finding => ({ status: 'warn', detail, next });
export const fail = (detail: string, next: string): Finding => ({ status: 'fail', detail, next });

/** What a route gives back: plain data, written to the socket in one place. */
export interface Answer {
  status: number;
  contentType: string;
  body: string | Buffer;
  headers?: Readonly<Record<string, string>>;
}

export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: `${JSON.stringify(value)}\n` };
}

/** An error of the read API: one sentence, and what to do. A cache may keep a 404 or a 405 unless it is told not to. */
export function errorAnswer(status: number, error: string, next: string): Answer {
  return { ...jsonAnswer(status, { error, next }), headers: { 'Cache-Control': 'no-store' } };
}

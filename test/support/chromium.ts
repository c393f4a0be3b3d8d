/** A page in a headless Chromium of our own, driven over the DevTools protocol through a pipe: no port, no network. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path or name of a Chromium that starts; `null` where there is none. */
export const findChromium = (): string | null =>
  names.find((name) => spawnSync(name, ['--version'], { timeout: 20_000, stdio: 'ignore' }).status === 0) ?? null;

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: { message: string };
}

const answerMs = 20_000;

export class Page {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #lastId = 0;
  #session = '';
  /** Errors and warnings of the console, uncaught exceptions, violations of the page's policy. */
  readonly complaints: string[] = [];
  /** Every address that the page asked for. */
  readonly requests: string[] = [];

  private constructor(command: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'coldlens-chromium-'));
    this.#process = spawn(
      command,
      [
        '--headless',
        // Root has no sandbox in a container; the page is our own, and has no network.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        '--hide-scrollbars',
        '--host-resolver-rules=MAP * ~NOTFOUND',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.#profile}`,
        'about:blank',
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
        // A group of its own, to be ended with its helpers; and what they leave goes with the profile.
        detached: true,
        env: { ...process.env, TMPDIR: this.#profile },
      },
    );
    let buffered = '';
    const output = this.#process.stdio[4] as Readable;
    output.setEncoding('utf8').on('data', (text: string) => {
      const parts = `${buffered}${text}`.split('\0');
      buffered = parts.pop() ?? '';
      for (const part of parts) this.#receive(JSON.parse(part) as Message);
    });
    this.#process.once('exit', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('Chromium ended'));
    });
  }

  /** @param file path of an HTML file */
  static async open(command: string, file: string, size = { width: 1180, height: 900 }): Promise<Page> {
    const page = new Page(command);
    try {
      const { targetId } = await page.#ask<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await page.#ask<{ sessionId: string }>('Target.attachToTarget', {
        targetId,
        flatten: true,
      });
      page.#session = sessionId;
      for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.#ask(`${domain}.enable`);
      await page.#ask('Network.emulateNetworkConditions', {
        offline: true,
        latency: 0,
        downloadThroughput: 0,
        uploadThroughput: 0,
      });
      await page.#ask('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
      const loaded = new Promise<void>((resolve) => {
        page.#onLoad = resolve;
      });
      await page.#ask('Page.navigate', { url: `file://${file}` });
      await loaded;
      return page;
    } catch (error) {
      page.close();
      throw error;
    }
  }

  #onLoad: () => void = () => {};

  #receive({ id, method, params, result, error }: Message): void {
    const waiting = id === undefined ? undefined : this.#pending.get(id);
    if (id !== undefined && waiting) {
      this.#pending.delete(id);
      if (error) waiting.reject(new Error(error.message));
      else waiting.resolve(result);
    }
    if (method === 'Page.loadEventFired') this.#onLoad();
    if (method === 'Network.requestWillBeSent') {
      this.requests.push((params as { request: { url: string } }).request.url);
    }
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded')
      this.complaints.push(JSON.stringify(params));
    if (method === 'Runtime.consoleAPICalled') this.complaints.push(JSON.stringify(params));
  }

  #ask<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#lastId;
    const session = this.#session === '' ? {} : { sessionId: this.#session };
    const answer = new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new Error(`Chromium did not answer ${method}`));
      }, answerMs);
      this.#pending.set(id, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value as T);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return answer;
  }

  /** Value of an expression in the page; must be JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#ask<{
      result: { value: T };
      exceptionDetails?: { exception?: { description?: string } };
    }>('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'exception in the page');
    return result.value;
  }

  async press(key: string): Promise<void> {
    const text = key.length === 1 ? { text: key } : key === 'Enter' ? { text: '\r' } : {};
    await this.#ask('Input.dispatchKeyEvent', { type: 'keyDown', key, ...text });
    await this.#ask('Input.dispatchKeyEvent', { type: 'keyUp', key });
  }

  async type(text: string): Promise<void> {
    await this.#ask('Input.insertText', { text });
  }

  /** In the middle of what the selector finds. */
  async click(selector: string): Promise<void> {
    const place = await this.evaluate<{ x: number; y: number }>(
      `(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView({ block: 'center', behavior: 'instant' }); const b = e.getBoundingClientRect(); return { x: b.x + Math.min(b.width / 2, 200), y: b.y + b.height / 2 }; })()`,
    );
    for (const type of ['mouseMoved', 'mousePressed', 'mouseReleased']) {
      await this.#ask('Input.dispatchMouseEvent', { type, ...place, button: 'left', clickCount: 1 });
    }
  }

  /** `media`: `print`, or '' for the screen; `scheme`: `light` or `dark`. */
  async emulate(media: string, scheme: 'light' | 'dark'): Promise<void> {
    await this.#ask('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
  }

  /** PNG of the whole page. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.#ask<{ data: string }>('Page.captureScreenshot', { captureBeyondViewport: true });
    return Buffer.from(data, 'base64');
  }

  close(): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
    // They write to the profile until they are gone.
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** A real terminal: a tmux server of our own with one session. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What tells programs that nobody looks, or which colours to show: a person's terminal has none of it, wherever the tests run. */
const notAPersons = ['CI', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'COLORFGBG', 'NODE_DISABLE_COLORS'];

export class Terminal {
  readonly #socket = `coldlens-${randomUUID().slice(0, 8)}`;
  /** tmux leaves its socket's file behind; here it goes with the folder. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'coldlens-tmux-'));

  /** Shows a shell's prompt, `$ `. */
  constructor(columns: number, rows: number) {
    const size = ['-x', String(columns), '-y', String(rows)];
    // -f /dev/null: nobody's own tmux settings. The shell is bare, so that its prompt is known.
    const env = ['env', ...notAPersons.flatMap((name) => ['-u', name]), 'PS1=$ '];
    this.#tmux(['-f', '/dev/null', 'new-session', '-d', ...size, ...env, 'bash', '--norc', '--noprofile']);
    this.#tmux(['set-option', '-g', 'escape-time', '0']);
    this.#tmux(['set-option', '-s', 'set-clipboard', 'on']);
  }

  #tmux(args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], {
      encoding: 'utf8',
      timeout: 5000,
      env: { ...process.env, TMUX_TMPDIR: this.#folder },
    });
  }

  /** Types text as it is; control keys by tmux' names with {@link Terminal.press}. */
  type(text: string): void {
    this.#tmux(['send-keys', '-l', text]);
  }

  /** As terminals do that mark what is pasted, where a program asks for it. */
  paste(text: string): void {
    this.#tmux(['set-buffer', '-b', 'pasted', text]);
    this.#tmux(['paste-buffer', '-p', '-r', '-d', '-b', 'pasted']);
  }

  press(...keys: string[]): void {
    this.#tmux(['send-keys', ...keys]);
  }

  resize(columns: number, rows: number): void {
    this.#tmux(['resize-window', '-x', String(columns), '-y', String(rows)]);
  }

  screen(): string {
    return this.#tmux(['capture-pane', '-p']);
  }

  /** With the escape sequences of its styles. */
  styledScreen(): string {
    return this.#tmux(['capture-pane', '-p', '-e']);
  }

  /** The colour that it says its ground has; without it says none. */
  ground(color: string): void {
    this.#tmux(['set-option', '-g', 'window-style', `bg=${color}`]);
  }

  /** Whether programs have asked for what the mouse does, with places of any size. */
  mouse(): boolean {
    return this.#tmux(['display-message', '-p', '#{mouse_standard_flag}#{mouse_sgr_flag}']).trim() === '11';
  }

  /** What was copied last. */
  clipboard(): string {
    return this.#tmux(['show-buffer']);
  }

  /** `1` while the alternate screen is on; `1` while the cursor shows. */
  state(): { alternate: string; cursor: string } {
    const [alternate = '', cursor = ''] = this.#tmux(['display-message', '-p', '#{alternate_on} #{cursor_flag}'])
      .trim()
      .split(' ');
    return { alternate, cursor };
  }

  /** Waits until the screen matches; fails with what it shows instead. */
  async shows(expected: RegExp, patienceMs = 15_000): Promise<string> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const screen = this.screen();
      if (expected.test(screen)) return screen;
      if (Date.now() > deadline) throw new Error(`no ${expected} on the screen:\n${screen}`);
      await sleep(50);
    }
  }

  close(): void {
    this.#tmux(['kill-server']);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

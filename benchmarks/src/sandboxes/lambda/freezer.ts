/** The freeze: an instance that has nothing left to do is stopped, and goes on with the next event. */
import type { Programs } from './programs.ts';
import type { TelemetryApi } from './telemetry/telemetry-api.ts';

export class Freezer {
  readonly #programs: Programs;
  readonly #telemetryApi: TelemetryApi;
  #freezes: boolean;
  #isIdle = false;
  #frozen: (() => void) | null = null;

  /** @param freezes false where the platform leaves instances running */
  constructor(programs: Programs, telemetryApi: TelemetryApi, freezes: boolean) {
    this.#programs = programs;
    this.#telemetryApi = telemetryApi;
    this.#freezes = freezes;
  }

  /** Nobody has anything left to do: the platform freezes here, unless an event has come by then. */
  rest(): void {
    if (!this.#freezes) return;
    this.#isIdle = true;
    setImmediate(() => {
      if (!this.#isIdle || this.#frozen) return;
      this.#telemetryApi.pause();
      const thaws = this.#programs.all.map((process) => process.freeze());
      this.#frozen = () => {
        for (const thaw of thaws) thaw();
      };
    });
  }

  thaw(): void {
    this.#isIdle = false;
    this.#frozen?.();
    this.#frozen = null;
    this.#telemetryApi.resume();
  }

  /** Thaws for good: the instance is to end. */
  release(): void {
    this.#freezes = false;
    this.thaw();
  }
}

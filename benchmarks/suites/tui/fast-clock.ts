/**
 * Preloaded into a program, this lets its time pass faster, so often as COLDLENS_CLOCK_FACTOR says: an hour of waiting is over as
 * soon as all that is done in it is done. It begins when the first answer has come, which nothing is to give up waiting for.
 */
const wanted = Number(process.env.COLDLENS_CLOCK_FACTOR ?? 1);
const firstAnswerMs = 5_000;

const { setTimeout: wait, clearTimeout: stop, clearInterval: stopRepeating } = globalThis;
const { now } = Date;

let factor = 1;
let began = { realMs: now(), shownMs: now() };
wait(() => {
  began = { realMs: now(), shownMs: Date.now() };
  factor = wanted;
}, firstAnswerMs).unref();

Date.now = () => began.shownMs + (now() - began.realMs) * factor;

globalThis.setTimeout = ((task: () => void, ms = 0, ...given: []) =>
  wait(task, ms / factor, ...given)) as typeof setTimeout;

/** What is repeated goes on in the new pace. */
class Repeated {
  #timer: NodeJS.Timeout | undefined;

  constructor(task: () => void, ms: number) {
    const again = (): void => {
      this.#timer = wait(() => {
        again();
        task();
      }, ms / factor);
    };
    again();
  }

  unref(): this {
    this.#timer?.unref();
    return this;
  }

  stop(): void {
    stop(this.#timer);
  }
}

globalThis.setInterval = ((task: () => void, ms = 0) => new Repeated(task, ms)) as unknown as typeof setInterval;
globalThis.clearInterval = (timer) => {
  if (timer instanceof Repeated) timer.stop();
  else stopRepeating(timer);
};

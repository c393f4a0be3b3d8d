/** How much is measured. The whole takes its time; a small plan shows that everything works. */
import { defaultSettings, type GateSettings } from '../../src/compare/settings.ts';

export interface GatePlan {
  /** Of identical code, half of them under load. */
  comparisons: number;
  /** Comparisons, an even number, so many at a time without load, then with it, so that both see the whole of the time. */
  turn: number;
  /** Comparisons for each effect. */
  detections: number;
  /** Pairs by which an effect has to be found. */
  pairs: number;
  /** Comparisons of a function of 0.3 s, whose time is taken. */
  timed: number;
  settings: GateSettings;
}

const full: GatePlan = {
  comparisons: 500,
  turn: 10,
  detections: 50,
  pairs: 40,
  timed: 3,
  settings: { ...defaultSettings, warmups: 1 },
};

/** Half an hour: bounds the rates, though less tightly. */
const half: GatePlan = { ...full, comparisons: 200, detections: 20, timed: 1 };

const small: GatePlan = {
  comparisons: 4,
  turn: 2,
  detections: 1,
  pairs: 6,
  timed: 1,
  settings: { ...full.settings, looks: [4, 6, 8] },
};

/** Chosen by this variable of the environment. */
export const planVariable = 'COLDLENS_GATE_PLAN';
export const plans: Readonly<Record<string, GatePlan>> = { full, half, small };

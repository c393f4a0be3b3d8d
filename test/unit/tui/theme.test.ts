/** Colours: by what the terminal can show, and by what its letters stand on. */
import assert from 'node:assert/strict';
import { type Color, type Theme, themeNames, themeOf, wantsGround } from '#tui/format/theme.js';

const colors: readonly Color[] = ['cyan', 'green', 'yellow', 'blue', 'magenta', 'red'];
const depths = { 'no colours': 1, '16 colours': 4, '256 colours': 8, '16 million colours': 24 } as const;
const isShade = (theme: Theme): boolean => colors.every((color) => /^#[\da-f]{6}$/.test(theme[color] ?? ''));

/** Contrast of two colours as WCAG 2 counts it: 1 to 21. */
function contrast(a: string, b: string): number {
  const light = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [more = 0, less = 0] = [light(a), light(b)].toSorted((x, y) => y - x);
  return (more + 0.05) / (less + 0.05);
}

describe('themes', () => {
  for (const [name, depth] of Object.entries(depths)) {
    it(`has something for ${name}`, () => {
      for (const theme of themeNames) {
        const shades = themeOf(theme, {}, depth, 'light');
        assert.equal(isShade(shades), depth >= 8 && theme !== 'none' && theme !== 'terminal', `${theme} at ${depth}`);
        if (theme !== 'none')
          assert.deepEqual(
            colors.filter((color) => shades[color] === undefined),
            [],
          );
      }
    });
  }

  it('have shades that 256 colours show exactly, and that can be read on their ground', () => {
    for (const [ground, behind] of [
      ['dark', '#1e1e1e'],
      ['light', '#ffffff'],
    ] as const) {
      const shades = themeOf(ground, {}, 24);
      for (const color of colors) {
        const shade = shades[color] ?? '';
        assert.match(shade, /^#(?:00|5f|87|af|d7|ff){3}$/);
        assert.ok(contrast(shade, behind) >= 4, `${color} on ${ground}: ${contrast(shade, behind)}`);
      }
    }
  });

  it('is what the terminal says of its ground, else what its environment says, else its own 16', () => {
    const [dark, light, terminal] = (['dark', 'light', 'terminal'] as const).map((name) => themeOf(name, {}, 24));
    const auto = (env: NodeJS.ProcessEnv, ground?: 'dark' | 'light') => themeOf('auto', env, 24, ground);
    assert.deepEqual(auto({}, 'light'), light);
    assert.deepEqual(auto({ COLORFGBG: '0;15' }, 'dark'), dark);
    assert.deepEqual(auto({ COLORFGBG: '0;15' }), light);
    assert.deepEqual(auto({ COLORFGBG: '0;default;7' }), light);
    assert.deepEqual(auto({ COLORFGBG: '15;0' }), dark);
    assert.deepEqual(auto({ COLORFGBG: 'x' }), terminal);
    assert.deepEqual(auto({}), terminal);
    assert.deepEqual(themeOf('auto', { COLORFGBG: '0;15' }, 4, 'light'), terminal);
  });

  it('asks the terminal only where the answer is of use', () => {
    assert.equal(wantsGround('auto', 8), true);
    assert.equal(wantsGround('auto', 4), false);
    assert.equal(wantsGround('light', 24), false);
  });
});

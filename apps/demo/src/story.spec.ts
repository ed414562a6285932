import { ADMIN, TestApp } from '../../../test/support/app.js';
import { showBooks } from './books.js';
import { Narrator } from './narrator.js';
import { Story } from './story.js';

describe('the story of the demo', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('runs to its end, and the books are in order', async () => {
    const lines: string[] = [];
    const narrator = new Narrator({ write: (text) => lines.push(text) });
    const pause = async (ms: number) => {
      app.clock.advance(ms);
      await app.drain();
    };
    const setting = { url: app.url, admin: ADMIN, narrator, now: () => app.clock.now(), pause };

    const cast = await new Story(setting).tell();

    expect(await showBooks(cast, narrator)).toBe(true);
    const told = lines.join('');
    expect(told).toContain('/problems/departure-sold-out');
    expect(told).toContain('2 attempts, 1 charge.');
    expect(told).toContain('cancelled, 260.00 USD refunded.');
    expect(told).toContain('0.00 USD: confirmed at once');
    expect(told).toContain('200.00 USD for 2026-W53 are on Vera’s account');
    expect(told).toContain('It stays owed until the admin');
    expect(told).toMatch(/USD +80\.00 +-40\.00 +0\.00 +200\.00/);
  });
});

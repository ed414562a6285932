import { MailShare } from './mail-share.js';
import { MailSlots, NoSlot } from './mail-slots.js';

describe('the slots for mail', () => {
  const slots = (workerConcurrency = 4) => new MailSlots({ workerConcurrency });
  const to = (address: string, isRetry = false) => ({ address, isRetry });

  /** A letter that is out until it is given up. */
  function hang(house: MailSlots, letter: { address: string; isRetry: boolean }) {
    let giveUp!: (reason: Error) => void;
    const outcome = house.use(letter, () => new Promise((_, reject) => (giveUp = reject)));
    return { outcome, giveUp };
  }
  const taken = () => Promise.resolve();

  it('are given to one domain by half, and to others still', async () => {
    const house = slots();
    const hanging = [hang(house, to('a@tarpit.test')), hang(house, to('b@TARPIT.test'))];

    expect(await house.use(to('c@tarpit.test'), taken)).toBeInstanceOf(NoSlot);
    expect(await house.use(to('tarpit.test@good.test'), taken)).toBeUndefined();
    hanging[0]!.giveUp(new Error('timed out'));
    await expect(hanging[0]!.outcome).rejects.toThrow('timed out');
    expect(await house.use(to('c@tarpit.test'), taken)).toBeUndefined();
  });

  it('are given to what was tried before by half, wherever it goes', async () => {
    const house = slots();
    hang(house, to('a@one.test', true));
    hang(house, to('b@two.test', true));

    expect(await house.use(to('c@three.test', true), taken)).toBeInstanceOf(NoSlot);
    expect(await house.use(to('c@three.test'), taken)).toBeUndefined();
  });

  it('are there for a domain that takes its mail at once, all of them', async () => {
    const house = slots();
    hang(house, to('a@good.test'));
    await house.use(to('b@good.test'), taken);
    hang(house, to('c@good.test'));
    hang(house, to('d@good.test'));

    expect(await house.use(to('e@good.test'), taken)).toBeUndefined();
  });

  it.each([1, 2, 3])('are one at least, also of %i', async (workerConcurrency) => {
    expect(await slots(workerConcurrency).use(to('a@good.test', true), taken)).toBeUndefined();
  });
});

describe('a share of the slots for mail', () => {
  let now = 0;
  const share = (earnsTrust = true) => new MailShare(2, earnsTrust, () => now);
  beforeEach(() => {
    now = 0;
  });

  it('is trusted with more after a letter that was taken at once, until one hangs', () => {
    const domain = share();
    domain.enter();
    domain.enter()(true);
    domain.enter();
    expect(domain.hasRoom).toBe(true);
    now += 1_001;
    expect(domain.hasRoom).toBe(false);
  });

  it.each([
    ['was refused', false, 1],
    ['was taken after a while', true, 1_001],
  ])('is not after one that %s', (_, wasSent, tookMs) => {
    const domain = share();
    domain.enter()(true);
    const done = domain.enter();
    now += tookMs;
    done(wasSent);
    domain.enter();
    domain.enter();
    expect(domain.hasRoom).toBe(false);
  });

  it('has those whom it turns away come back one after the other, ten minutes later at most', () => {
    const domain = share();
    const done = domain.enter();

    expect([1, 2, 3, 4, 5].map(() => domain.turnAway())).toEqual([1_000, 1_000, 2_000, 2_000, 3_000]);
    for (let letter = 0; letter < 2_000; letter += 1) domain.turnAway();
    expect(domain.turnAway()).toBe(600_000);
    done(true);
    expect(domain.turnAway()).toBe(1_000);
  });
});

import { WebhookSlots } from './webhook-slots.js';

describe('the slots for webhooks', () => {
  it('are given to one owner by half, and to others still', () => {
    const slots = new WebhookSlots({ workerConcurrency: 1 });
    const first = slots.take('slow') as () => void;
    slots.take('slow');

    expect(slots.take('slow')).toBe(1_000);
    expect(slots.take(null)).toEqual(expect.any(Function));
    first();
    expect(slots.take('slow')).toEqual(expect.any(Function));
  });

  it('have those whom they turn away come back one after the other, five seconds later at most', () => {
    const slots = new WebhookSlots({ workerConcurrency: 1 });
    slots.take('slow');
    slots.take('slow');

    expect([1, 2, 3, 4].map(() => slots.take('slow'))).toEqual([1_000, 1_000, 2_000, 2_000]);
    for (let more = 0; more < 200; more += 1) slots.take('slow');
    expect(slots.take('slow')).toBe(5_000);
  });
});

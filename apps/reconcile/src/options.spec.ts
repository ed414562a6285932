import { reconcileOptions, UsageError } from './options.js';

const now = new Date('2027-02-01T00:00:00Z');

describe('the options of the reconciliation', () => {
  it('leave the window to it unless given', () => {
    expect(reconcileOptions([], now)).toEqual({ help: false });
    expect(reconcileOptions(['--from', '2027-01-01', '--to=2027-01-08T12:00:00+02:00', '-h'], now)).toEqual({
      from: new Date('2027-01-01T00:00:00Z'),
      to: new Date('2027-01-08T10:00:00Z'),
      help: true,
    });
  });

  it.each([
    [['--from', 'yesterday'], '--from must be a day or an instant'],
    [['--to', '2027-02-30'], 'not "2027-02-30"'],
    [['--from', '2027-02-01'], '--from must be in the past'],
    [['--from', '2027-01-08', '--to', '2027-01-08'], '--to must be later than --from'],
    [['--since', '2027-01-01'], '--since'],
    [['2027-01-01'], '2027-01-01'],
  ])('%j are refused with what would be right', (args, message) => {
    expect(() => reconcileOptions(args, now)).toThrow(UsageError);
    expect(() => reconcileOptions(args, now)).toThrow(message);
  });
});

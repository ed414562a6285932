import { InvalidRequest } from './http.errors.js';
import {
  BooleanField,
  CountryField,
  CurrencyField,
  DateField,
  EmailField,
  EnumField,
  InstantField,
  IntegerField,
  ListField,
  LocaleField,
  LocalDateTimeField,
  NumberField,
  PhoneField,
  TextField,
  TimeZoneField,
  UuidField,
} from './fields/index.js';
import { MoneyField, type MoneyView } from './money.dto.js';
import { RequestValidation } from './request-validation.js';

class Line {
  @IntegerField({ min: 1, max: 9 })
  quantity: number;
}

class Request {
  @TextField({ max: 5, optional: true }) text?: string;
  @EmailField({ optional: true }) email?: string;
  @PhoneField({ optional: true, nullable: true }) phone?: string | null;
  @UuidField({ optional: true }) id?: string;
  @NumberField({ min: -90, max: 90, optional: true }) latitude?: number;
  @IntegerField({ min: 1, max: 100, fromQuery: true, optional: true }) limit?: number;
  @BooleanField({ optional: true }) flag?: boolean;
  @EnumField(['weekly', 'monthly'], { optional: true }) schedule?: string;
  @InstantField({ optional: true }) at?: string;
  @LocalDateTimeField({ optional: true }) localStart?: string;
  @DateField({ optional: true }) day?: string;
  @CurrencyField({ optional: true }) currency?: string;
  @CountryField({ optional: true }) country?: string;
  @TimeZoneField({ optional: true }) timeZone?: string;
  @LocaleField({ optional: true }) locale?: string;
  @MoneyField({ optional: true }) price?: MoneyView;
  @ListField(() => Line, { minItems: 1, maxItems: 2, optional: true }) lines?: Line[];
}

const validate = (body: unknown) =>
  new RequestValidation().transform(body, { type: 'body', metatype: Request });

/** The fields that were named, or none when the body was accepted. */
async function faultsOf(body: unknown): Promise<string[]> {
  try {
    await validate(body);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error;
    return (error.details.errors as { field: string }[]).map(({ field }) => field);
  }
}

describe('request validation', () => {
  it.each<[string, unknown]>([
    ['text', { text: 'größe' }],
    ['one visible character among blanks', { text: ' \u200b漢 ' }],
    ['text of several lines', { text: 'a\n\tb' }],
    ['e-mail', { email: 'ada@example.com' }],
    ['a telephone number that is taken back', { phone: null }],
    ['a number from a query', { limit: '20' }],
    ['a latitude', { latitude: -13.16 }],
    ['an instant with an offset', { at: '2027-01-10T09:00:00-05:00' }],
    ['a local time', { localStart: '2027-01-10T09:00' }],
    ['a language in any letter case', { locale: 'PT-br' }],
    ['a zone', { timeZone: 'America/Argentina/Buenos_Aires' }],
    ['money', { price: { amount: 0, currency: 'JPY' } }],
    ['a list', { lines: [{ quantity: 1 }, { quantity: 9 }] }],
    ['nothing', {}],
    ['no body', undefined],
  ])('takes %s', async (_, body) => {
    expect(await faultsOf(body)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['NUL', { text: 'a\u0000' }, 'text'],
    ['too long a text', { text: 'abcdef' }, 'text'],
    ['empty text', { text: '' }, 'text'],
    ['blanks', { text: ' \t\n\u3000' }, 'text'],
    ['characters that nobody sees', { text: '\u200b\u00ad\u2060\u3164\u2800' }, 'text'],
    ['null where nothing is nullable', { text: null }, 'text'],
    ['an e-mail without a host', { email: 'ada@' }, 'email'],
    ['an e-mail with a line break in quotes', { email: '"ada\r\nBcc: eve"@example.com' }, 'email'],
    ['an e-mail with a bell in quotes', { email: '"ada\u0007"@example.com' }, 'email'],
    ['words for a telephone number', { phone: 'call me' }, 'phone'],
    ['no UUID', { id: '1' }, 'id'],
    ['a fraction for an integer', { limit: 1.5 }, 'limit'],
    ['too much', { limit: 101 }, 'limit'],
    ['a word for a number', { limit: 'abc' }, 'limit'],
    ['a word for a flag', { flag: 'true' }, 'flag'],
    ['a word not in the set', { schedule: 'daily' }, 'schedule'],
    ['an instant without an offset', { at: '2027-01-10T09:00:00' }, 'at'],
    ['a local time with an offset', { localStart: '2027-01-10T09:00:00Z' }, 'localStart'],
    ['a day that is none', { day: '2027-13-01' }, 'day'],
    ['a currency in small letters', { currency: 'usd' }, 'currency'],
    ['a country in small letters', { country: 'pe' }, 'country'],
    ['what is no language', { locale: 'english please' }, 'locale'],
    ['a language that is none at all', { locale: 7 }, 'locale'],
    ['an offset for a zone', { timeZone: '+05:00' }, 'timeZone'],
    ['a fraction of a minor unit', { price: { amount: 0.5, currency: 'USD' } }, 'price.amount'],
    ['less than nothing', { price: { amount: -1, currency: 'USD' } }, 'price.amount'],
    ['beyond what is exact', { price: { amount: 2 ** 53, currency: 'USD' } }, 'price.amount'],
    ['a price that is no object', { price: 100 }, 'price'],
    ['an empty list', { lines: [] }, 'lines'],
    ['too long a list', { lines: [{ quantity: 1 }, { quantity: 1 }, { quantity: 1 }] }, 'lines'],
    ['a wrong line', { lines: [{ quantity: 1 }, { quantity: 0 }] }, 'lines.1.quantity'],
    ['an unknown field', { role: 'admin' }, 'role'],
    ['an unknown field further down', { price: { amount: 1, currency: 'USD', x: 1 } }, 'price.x'],
    ['a list for a body', [], 'body'],
    ['a word for a body', 'body', 'body'],
    ['null for a body', null, 'body'],
  ])('refuses %s and names the field', async (_, body, field) => {
    expect(await faultsOf(body)).toEqual([field]);
  });
});

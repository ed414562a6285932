import { Min, Validate, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { accept, UNDECIDED } from './acceptance.js';
import { EnumListField, IntegerField, ListField, ObjectField, TextField, UuidField } from './index.js';

@ValidatorConstraint({ name: 'isEven' })
class IsEven implements ValidatorConstraintInterface {
  validate = (value: unknown): boolean => Number(value) % 2 === 0;
}

class Line {
  @UuidField() id: string;
  @IntegerField({ min: 1 }) quantity: number;
}

class Paged {
  @IntegerField({ min: 1, max: 100, optional: true, fromQuery: true }) limit: number = 20;
}

class Order extends Paged {
  @ListField(() => Line, { maxItems: 2 }) lines: Line[];
  @ObjectField(() => Line, { optional: true, nullable: true }) gift?: Line | null;
}

const ID = '019a8e4c-7b1e-7c3a-9f52-3d1f7c0b6a11';
const line = { id: ID, quantity: 1 };

describe('accept', () => {
  it('makes instances, in depth, with the defaults of their class and values as they are read', () => {
    const order = accept(Order, { lines: [{ id: ID.toUpperCase(), quantity: 1 }], gift: null });

    const expected = Object.assign(new Line(), line);
    expect(order).toStrictEqual(Object.assign(new Order(), { limit: 20, lines: [expected], gift: null }));
    expect(accept(Paged, { limit: '30' })).toStrictEqual(Object.assign(new Paged(), { limit: 30 }));
  });

  it.each<[string, unknown]>([
    ['a field that is missing', {}],
    ['an unknown field', { lines: [], role: 'admin' }],
    ['a wrong value further down', { lines: [{ ...line, quantity: 0 }] }],
    ['an unknown field further down', { lines: [{ ...line, role: 'admin' }] }],
    ['too long a list', { lines: [line, line, line] }],
    ['a list in a list', { lines: [[line]] }],
    ['null where nothing is nullable', { lines: null }],
    ['a field of every object', JSON.parse('{"lines":[],"__proto__":{"limit":1}}')],
    ['an object that no parser makes', Object.assign(new Order(), { lines: [] })],
    ['a list', []],
    ['nothing', undefined],
    ['text', 'text'],
  ])('leaves %s to class-validator', (_, plain) => {
    expect(accept(Order, plain)).toBe(UNDECIDED);
  });

  it('leaves what it does not know to class-validator', () => {
    class WithRuleOfItsOwn {
      @Validate(IsEven) @IntegerField({ optional: true }) count?: number;
    }
    class WithFieldOfItsOwn extends Paged {
      @Min(1) count: number;
    }
    class WithFieldTwice extends Paged {
      @IntegerField({ max: 10 }) override limit: number = 5;
    }
    class WithBadDefault {
      @TextField({ optional: true }) name: string = '';
    }
    class WithRareField {
      @EnumListField(['a', 'b'], { maxItems: 2 }) words: string[];
    }

    expect(accept(WithRuleOfItsOwn, { count: 1 })).toBe(UNDECIDED);
    expect(accept(WithRuleOfItsOwn, {})).toBeInstanceOf(WithRuleOfItsOwn);
    expect(accept(WithFieldOfItsOwn, { count: 1 })).toBe(UNDECIDED);
    expect(accept(WithFieldTwice, { limit: 7 })).toBe(UNDECIDED);
    expect(accept(WithBadDefault, {})).toBe(UNDECIDED);
    expect(accept(WithRareField, { words: ['a'] })).toBe(UNDECIDED);
    expect(accept(Object, {})).toBe(UNDECIDED);
  });
});

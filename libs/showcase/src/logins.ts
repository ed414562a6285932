import { TRAVELLERS } from './catalogue/catalogue.js';

/** Everybody's in the shop. Known to all the world, hence never in production. */
export const SHOP_PASSWORD = 'shop until you drop';

export interface Login {
  readonly name: string;
  readonly email: string;
}

/** `count` travellers: those with a name of their own first. */
export function travellers(count: number): Login[] {
  return Array.from({ length: count }, (_, index) => {
    const name = TRAVELLERS[index % TRAVELLERS.length] as string;
    const generation = Math.floor(index / TRAVELLERS.length) + 1;
    const [first] = name.toLowerCase().split(/[ -]/);
    return generation === 1
      ? { name, email: `${first}@travellers.example` }
      : { name: `${name} ${generation}`, email: `${first}.${generation}@travellers.example` };
  });
}

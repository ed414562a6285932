import { steamAndSky } from './iceland.js';
import { kamogawaSlowTravel } from './japan.js';
import { dhowAndDune } from './kuwait.js';
import { longWhiteCloud } from './new-zealand.js';
import { apuWalks } from './peru.js';
import { casaDoMar } from './portugal.js';
import type { VendorSketch } from './sketch.js';
import { kelpAndFynbos } from './south-africa.js';
import { blueMesaJourneys } from './united-states.js';
import { paperLantern } from './vietnam.js';

export const VENDORS: readonly VendorSketch[] = [
  apuWalks,
  kamogawaSlowTravel,
  casaDoMar,
  blueMesaJourneys,
  kelpAndFynbos,
  steamAndSky,
  longWhiteCloud,
  dhowAndDune,
  paperLantern,
];

/** The first few have names; a larger shop has more of them. */
export const TRAVELLERS = [
  'Tara Okafor',
  'Jonas Lindqvist',
  'Mei-Lin Chow',
  'Rafael Duarte',
  'Amara Nwosu',
  'Pauline Girard',
  'Dev Raghavan',
  'Sofia Petrović',
] as const;

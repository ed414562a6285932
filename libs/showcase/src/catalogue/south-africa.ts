import type { VendorSketch } from './sketch.js';

export const kelpAndFynbos: VendorSketch = {
  owner: { name: 'Thandi Jacobs', email: 'thandi@kelp-and-fynbos.example' },
  businessName: 'Kelp & Fynbos',
  phone: '+27 21 555 0119',
  country: 'ZA',
  timeZone: 'Africa/Johannesburg',
  currency: 'ZAR',
  isApproved: true,
  trips: [
    {
      title: 'Snorkel the Great African Sea Forest',
      description:
        'Kelp as tall as a house, light coming down in columns, and somewhere in it a pyjama shark curled around its own tail. Thick wetsuits, small groups, and hot rooibos on the rocks at Miller’s Point.',
      location: 'Miller’s Point, Cape Town',
      latitude: -34.2306,
      longitude: 18.4731,
      durationMinutes: 180,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 480,
      prices: { adult: 95_000, youth: 75_000 },
      departs: { at: '08:00', days: 'WE,SA,SU', seats: 6 },
    },
    {
      title: 'Bo-Kaap Kitchen: Koe’sisters and Bredie',
      description:
        'Faldela opens her pink front door at ten. By noon you can fold a samoosa that does not leak, know why Cape Malay bredie takes its time, and have been told three family secrets you must not repeat.',
      location: 'Bo-Kaap, Cape Town',
      latitude: -33.9207,
      longitude: 18.4156,
      durationMinutes: 210,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 1_440,
      prices: { adult: 78_000, child: 39_000 },
      departs: { at: '10:00', days: 'TU,FR', seats: 8 },
    },
    {
      title: 'Swartland by Sidecar: Four Old-Vine Cellars',
      description:
        'A 1969 Ural, a pair of goggles and a dirt road to winemakers who press with their feet. Your driver drinks nothing; you drink chenin from vines older than your parents.',
      location: 'Riebeek-Kasteel',
      latitude: -33.3853,
      longitude: 18.8986,
      durationMinutes: 360,
      cancellationPolicy: 'moderate',
      bookingCutoffMinutes: 1_440,
      prices: { adult: 245_000 },
      departs: { at: '09:30', days: 'SA', seats: 6 },
    },
    {
      title: 'Cederberg Rock Art and Night Sky',
      description:
        'Elephants painted in ochre two thousand years ago, arches of orange sandstone, a swim in a cold pool, and after dinner the Magellanic Clouds without a single electric light in the way.',
      location: 'Cederberg',
      latitude: -32.4836,
      longitude: 19.2594,
      durationMinutes: 1_620,
      cancellationPolicy: 'strict',
      bookingCutoffMinutes: 4_320,
      prices: { adult: 389_000, student: 320_000, child: 195_000 },
      departs: { at: '07:00', days: 'FR', seats: 8 },
    },
  ],
};

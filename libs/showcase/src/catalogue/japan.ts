import type { VendorSketch } from './sketch.js';

export const kamogawaSlowTravel: VendorSketch = {
  owner: { name: 'Haruka Mori', email: 'haruka@kamogawa.example' },
  businessName: 'Kamogawa Slow Travel',
  phone: '+81 75 555 0164',
  country: 'JP',
  timeZone: 'Asia/Tokyo',
  currency: 'JPY',
  isApproved: true,
  trips: [
    {
      title: 'Fushimi Inari Before the World Wakes',
      description:
        'Ten thousand vermilion gates and nobody in them. We climb in the blue hour with paper lanterns, reach the bend above the city as the sun does, and come down for tofu skin and tea in a shop that has no sign.',
      location: 'Fushimi, Kyoto',
      latitude: 34.9671,
      longitude: 135.7727,
      durationMinutes: 210,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 720,
      prices: { adult: 8_800, child: 4_400 },
      departs: { at: '04:45', days: 'TU,TH,SA', seats: 8 },
    },
    {
      title: 'A Blade from Sakai',
      description:
        'Fourth-generation smith Nakagawa-san lets go of the bellows for one morning a week. You will hammer, quench, grind and swear, and leave with a petty knife that has your mistakes in it and will outlive you.',
      location: 'Sakai, Osaka',
      latitude: 34.5733,
      longitude: 135.483,
      durationMinutes: 300,
      cancellationPolicy: 'strict',
      bookingCutoffMinutes: 4_320,
      prices: { adult: 46_000 },
      departs: { at: '09:00', days: 'SA', seats: 4 },
    },
    {
      title: 'Nakasendō: Magome to Tsumago with a Post-Town Lunch',
      description:
        'Eight kilometres of the old Kyoto–Edo road: cedar forest, waterwheels, bells to ring against bears. Soba at an inn where samurai complained about the prices, and a free cup of tea at the hut halfway, as there has been for three centuries.',
      location: 'Magome, Gifu',
      latitude: 35.5267,
      longitude: 137.5683,
      durationMinutes: 420,
      cancellationPolicy: 'moderate',
      bookingCutoffMinutes: 1_440,
      prices: { adult: 15_400, senior: 13_200, child: 7_700 },
      departs: { at: '09:30', days: 'WE,SU', seats: 12 },
    },
    {
      title: 'Moss Garden and Matcha, in Silence',
      description:
        'Ninety minutes without a word among a hundred and twenty mosses, then a bowl of tea whisked so well that the first thing anyone says is usually “oh”.',
      location: 'Nishikyō, Kyoto',
      latitude: 34.9917,
      longitude: 135.6839,
      durationMinutes: 120,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 1_440,
      prices: { adult: 12_000, student: 9_000 },
      departs: { at: '10:00', days: 'MO,FR', seats: 6 },
    },
    {
      title: 'Drift Ice and Deer on the Shiretoko Coast',
      description:
        'In a dry suit you float between floes from the Amur river; on snowshoes you follow Ezo deer to a frozen waterfall. In the green months the same guide swaps ice for brown bears, at a distance both parties agree on.',
      location: 'Utoro, Hokkaidō',
      latitude: 44.0686,
      longitude: 144.9953,
      durationMinutes: 390,
      cancellationPolicy: 'moderate',
      bookingCutoffMinutes: 2_880,
      prices: { adult: 19_800, youth: 16_500, family: 62_000 },
      departs: { at: '08:15', days: 'SA,SU', seats: 10 },
    },
  ],
};

import type { VendorSketch } from './sketch.js';

export const dhowAndDune: VendorSketch = {
  owner: { name: 'Dalal Al-Sabti', email: 'dalal@dhow-and-dune.example' },
  businessName: 'Dhow & Dune',
  phone: '+965 2255 0133',
  country: 'KW',
  timeZone: 'Asia/Kuwait',
  currency: 'KWD',
  isApproved: true,
  trips: [
    {
      title: 'A Pearling Dhow to Failaka Island',
      description:
        'Under a lateen sail to an island that Alexander’s men called Ikaros. Greek temple in the morning, bullet-holed bank in the afternoon, grilled zubaidi in between, and songs of the pearl divers on the way home.',
      location: 'Failaka Island',
      latitude: 29.4406,
      longitude: 48.3342,
      durationMinutes: 480,
      cancellationPolicy: 'moderate',
      bookingCutoffMinutes: 1_440,
      prices: { adult: 24_500, child: 12_250, infant: 0 },
      departs: { at: '08:00', days: 'FR,SA', seats: 14 },
    },
    {
      title: 'Mubarakiya after Dark',
      description:
        'The old souq wakes up when the sun goes. Saffron by the gram, a perfumer who mixes by smell alone, mutton kebab under a string of bulbs, and a lesson in drinking tea through a dried lime.',
      location: 'Kuwait City',
      latitude: 29.3759,
      longitude: 47.9774,
      durationMinutes: 180,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 120,
      prices: { adult: 8_750, student: 6_500 },
      departs: { at: '19:00', days: 'SU,TU,TH', seats: 10 },
    },
    {
      title: 'Sadu: Weaving with the Last Bedouin Weavers',
      description:
        'Sit on the floor at a ground loom and learn the pattern called “the teeth”. What you finish you keep; what you do not, Umm Khalid finishes in four minutes while looking at you.',
      location: 'Sadu House, Kuwait City',
      latitude: 29.3703,
      longitude: 47.9647,
      durationMinutes: 150,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 240,
      prices: { adult: 12_000, senior: 9_000, child: 6_000 },
      departs: { at: '10:30', days: 'MO,WE', seats: 6 },
    },
  ],
};

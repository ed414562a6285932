import type { VendorSketch } from './sketch.js';

export const steamAndSky: VendorSketch = {
  owner: { name: 'Sigrún Jónsdóttir', email: 'sigrun@steam-and-sky.example' },
  businessName: 'Steam & Sky',
  phone: '+354 555 0186',
  country: 'IS',
  timeZone: 'Atlantic/Reykjavik',
  currency: 'ISK',
  isApproved: true,
  trips: [
    {
      title: 'Northern Lights from a Warm Turf House',
      description:
        'We watch the forecast so that you can watch the sky, lying on sheepskins with the roof hatch open. No lights, no refund arguments: if the sky stays shut, come again any night for a year.',
      location: 'Laugarvatn',
      latitude: 64.2158,
      longitude: -20.7306,
      durationMinutes: 240,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 240,
      prices: { adult: 14_900, youth: 9_900, child: 0 },
      departs: { at: '21:30', days: 'WE,FR,SA', seats: 12 },
    },
    {
      title: 'Rye Bread from the Ground, Soup from the Sea',
      description:
        'A pot goes into the hot black sand by the lake; another comes up with yesterday’s loaf. Butter, smoked trout and a fisherman’s widow who will tell you what the postcards leave out.',
      location: 'Mývatn',
      latitude: 65.6039,
      longitude: -16.9961,
      durationMinutes: 180,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 720,
      prices: { adult: 11_500, child: 5_500 },
      departs: { at: '11:00', days: 'TU,SA', seats: 10 },
    },
    {
      title: 'Into the Blue: an Ice Cave under Vatnajökull',
      description:
        'Crampons, helmet, a short walk and a low bow, and you stand inside a wave that stopped. Every winter the cave is a new one; your guide found this year’s in October.',
      location: 'Jökulsárlón',
      latitude: 64.0484,
      longitude: -16.1811,
      durationMinutes: 180,
      cancellationPolicy: 'strict',
      bookingCutoffMinutes: 1_440,
      prices: { adult: 24_900, youth: 19_900 },
      departs: { at: '10:00', days: 'MO,TH,SU', seats: 8 },
    },
    {
      title: 'Puffins, Whales and a Very Small Lighthouse',
      description:
        'Oak boat, thick jumpers, cinnamon rolls. In summer the cliffs are loud with puffins; in winter there are orcas instead, and twice as many rolls.',
      location: 'Húsavík',
      latitude: 66.0449,
      longitude: -17.3389,
      durationMinutes: 195,
      cancellationPolicy: 'moderate',
      bookingCutoffMinutes: 360,
      prices: { adult: 13_400, child: 6_700, infant: 0, family: 36_000 },
      departs: { at: '13:00', days: 'FR,SA,SU', seats: 16 },
    },
  ],
};

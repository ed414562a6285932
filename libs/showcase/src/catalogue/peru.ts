import type { VendorSketch } from './sketch.js';

export const apuWalks: VendorSketch = {
  owner: { name: 'Illari Quispe', email: 'illari@apu-walks.example' },
  businessName: 'Apu Walks',
  phone: '+51 84 555 0142',
  country: 'PE',
  timeZone: 'America/Lima',
  currency: 'PEN',
  isApproved: true,
  trips: [
    {
      title: 'Salt, Seeds and Stone: the Sacred Valley on Foot',
      description:
        'Three thousand salt pans spill down the hillside at Maras, each one owned by a family. We walk between them before the buses come, cross to the sunken terraces of Moray, and eat a pachamanca that has been under the ground since dawn.',
      location: 'Maras, Cusco',
      latitude: -13.3017,
      longitude: -72.1556,
      durationMinutes: 510,
      cancellationPolicy: 'moderate',
      bookingCutoffMinutes: 720,
      prices: { adult: 32_000, student: 26_000, child: 16_000 },
      departs: { at: '06:30', days: 'TU,SA', seats: 10 },
    },
    {
      title: 'Lares: Two Days with the Weavers',
      description:
        'Over one pass and down to the hot springs, with llamas for the bags. In Cancha Cancha we learn to tell cochineal red from a bought one, sleep under more blankets than you thought possible, and come home with a bracelet you tied yourself.',
      location: 'Lares, Cusco',
      latitude: -13.105,
      longitude: -72.0447,
      durationMinutes: 2_040,
      cancellationPolicy: 'strict',
      bookingCutoffMinutes: 2_880,
      prices: { adult: 98_000, youth: 79_000 },
      departs: { at: '05:00', days: 'FR', seats: 8 },
    },
    {
      title: 'San Pedro Market at Breakfast',
      description:
        'Frog broth is optional; the lúcuma juice is not. A slow morning among forty kinds of potato with Illari’s aunt, who has sold cheese at stall 316 since 1989, ending with a plate of whatever she says is good today.',
      location: 'Cusco',
      latitude: -13.5217,
      longitude: -71.9836,
      durationMinutes: 150,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 60,
      prices: { adult: 9_500, child: 4_500, infant: 0 },
      departs: { at: '07:30', days: 'MO,WE,FR', seats: 8 },
    },
    {
      title: 'Lima Ceviche: from the Boat to the Bowl',
      description:
        'Five in the morning on the pier at Chorrillos, haggling over corvina; by ten you are squeezing limes in a kitchen in Barranco. You will leave able to say exactly why leche de tigre must never wait.',
      location: 'Chorrillos, Lima',
      latitude: -12.1631,
      longitude: -77.0297,
      durationMinutes: 330,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 600,
      prices: { adult: 24_000, student: 20_000 },
      departs: { at: '05:15', days: 'TH,SU', seats: 9 },
    },
    {
      title: 'Milky Way over Titicaca',
      description:
        'The Incas named the dark shapes between the stars: a llama, a fox, a toad. From a reed-thatched hut on Amantaní, at four thousand metres and far from any lamp, you can see why. Blankets, coca tea and a good telescope included.',
      location: 'Amantaní, Puno',
      latitude: -15.6586,
      longitude: -69.7169,
      durationMinutes: 1_080,
      cancellationPolicy: 'moderate',
      bookingCutoffMinutes: 1_440,
      prices: { adult: 41_500, child: 22_000 },
      departs: { at: '15:00', days: 'SA', seats: 12 },
    },
  ],
};

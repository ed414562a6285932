import type { VendorSketch } from './sketch.js';

/** Waits for approval: something for whoever tries the admin's side. */
export const paperLantern: VendorSketch = {
  owner: { name: 'Lê Minh Anh', email: 'minh-anh@paper-lantern.example' },
  businessName: 'Paper Lantern Journeys',
  phone: '+84 235 555 0129',
  country: 'VN',
  timeZone: 'Asia/Ho_Chi_Minh',
  currency: 'VND',
  isApproved: false,
  trips: [
    {
      title: 'Hội An: Basket Boats and a Lantern of Your Own',
      description:
        'Round boats spin better than they steer, as you will find out among the water palms. In the afternoon you bend bamboo and stretch silk; at dusk it hangs over the river with a hundred others.',
      location: 'Hội An',
      latitude: 15.8801,
      longitude: 108.338,
      durationMinutes: 420,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 720,
      prices: { adult: 1_250_000, child: 650_000 },
      departs: { at: '08:30', days: 'TU,SA', seats: 10 },
    },
    {
      title: 'Hanoi Street Kitchens on the Back of a Vespa',
      description:
        'Six stools, six bowls, one helmet. From egg coffee to phở at the hour when the cooks themselves eat.',
      location: 'Hanoi',
      latitude: 21.0341,
      longitude: 105.8502,
      durationMinutes: 240,
      cancellationPolicy: 'flexible',
      bookingCutoffMinutes: 180,
      prices: { adult: 1_650_000 },
      departs: { at: '18:00', days: 'TH,FR,SA', seats: 8 },
      status: 'draft',
    },
  ],
};

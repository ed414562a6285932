/** What Vera sells. @param prices minor units of USD by unit type. */
export function storyTrip(prices: Readonly<Record<string, number>>) {
  return {
    title: 'Condors at Dawn',
    description:
      'Three hours’ drive in the dark, and then you stand above the canyon as the sun comes in and the condors let go of the rock.',
    location: 'Chonta, Cusco',
    country: 'PE',
    timeZone: 'America/Lima',
    latitude: -13.4958,
    longitude: -72.6439,
    durationMinutes: 600,
    currency: 'USD',
    cancellationPolicy: 'flexible',
    bookingCutoffMinutes: 0,
    units: Object.entries(prices).map(([type, amount]) => ({ type, price: { amount, currency: 'USD' } })),
  };
}

/** The wall clock of a zone at an instant: `2027-01-10T09:00:00`. */
export function localTime(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    .format(instant)
    .replace(' ', 'T');
}

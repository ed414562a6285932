/** What titles and descriptions are made of. The first of each list are drawn far more often than the last, as in any language. */
export const ADJECTIVES = words(`
  guided private small-group sunset sunrise historic hidden family coastal alpine panoramic gourmet authentic scenic secret
  royal wild romantic medieval floating silent golden ancient starlit remote accessible slow winter volcanic forgotten`);
export const ACTIVITIES = words(`
  walk tour hike tasting cruise kayaking bike-ride food-tour cooking-class boat-trip day-trip safari snorkelling museum-visit
  photography-walk wine-tasting horse-riding rafting surfing-lesson climbing birdwatching market-visit pottery-workshop
  paragliding stargazing canyoning truffle-hunt whale-watching fly-fishing ice-climbing`);
export const SIGHTS = words(`
  old-town harbour market cathedral palace gardens castle river vineyards lighthouse temples caves waterfalls monastery dunes
  terraces salt-pans hot-springs lagoon glacier amphitheatre aqueduct rainforest observatory crypts shipwrecks geysers fjord
  fossils mangroves`);
export const EXTRAS = words(`
  lunch transfers tickets wine coffee binoculars snacks insurance helmets drinks headphones towels dinner picnic wetsuits tea
  photographs cheese gloves chocolate ponchos lanterns sandboards maps crampons`);

/** Country, zone and currency, then the places; the first countries have most of the trips. */
export const PLACES = `
  IT Europe/Rome EUR Rome Florence Venice Naples Palermo
  ES Europe/Madrid EUR Barcelona Seville Granada Madrid Bilbao
  FR Europe/Paris EUR Paris Nice Lyon Annecy
  GB Europe/London GBP London Edinburgh Bath York
  US America/New_York USD Boston Savannah Miami Charleston
  PT Europe/Lisbon EUR Lisbon Porto Sintra Lagos
  GR Europe/Athens EUR Athens Santorini Rhodes
  PE America/Lima USD Cusco Arequipa Lima Puno
  MX America/Mexico_City USD Oaxaca Puebla Merida
  HR Europe/Zagreb EUR Dubrovnik Split Zadar
  DE Europe/Berlin EUR Berlin Munich Dresden
  AT Europe/Vienna EUR Vienna Salzburg Innsbruck
  TH Asia/Bangkok USD Bangkok Krabi
  MA Africa/Casablanca EUR Marrakesh Fez Essaouira
  IS Atlantic/Reykjavik EUR Reykjavik Vik
  CR America/Costa_Rica USD Monteverde Quepos
  NZ Pacific/Auckland USD Queenstown Rotorua
  IE Europe/Dublin EUR Dublin Galway
  CO America/Bogota USD Cartagena Bogota
  KE Africa/Nairobi USD Nairobi Lamu
  NP Asia/Kathmandu USD Pokhara Kathmandu
  SI Europe/Ljubljana EUR Ljubljana Bled
  ZA Africa/Johannesburg USD Knysna Durban
  BT Asia/Thimphu USD Paro`
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [country, zone, currency, ...places] = words(line);
    return places.map((place) => ({ country, zone, currency, place }));
  });

/** Two words, now and then one, the frequent and the rare alike: so many that a cache seldom has seen them. */
export function wanted() {
  const word = () => any(any([ADJECTIVES, ACTIVITIES, SIGHTS]));
  if (Math.random() < 0.2) return word();
  return `${word()} ${Math.random() < 0.5 ? word() : any(PLACES).place}`;
}

export function any(list) {
  return list[Math.floor(Math.random() * list.length)];
}

function words(text) {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll('-', ' '));
}

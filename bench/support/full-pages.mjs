import { wanted } from './words.mjs';

/** So many that the cache seldom has seen them, each in a few lengths. */
const DRAWN = 3000;
const AT_A_TIME = 16;
const PAGE = 20;

/** @returns what to search for, of what the load of words asks for, to have a full page at this server; and so wherever there are more trips. */
export async function fullPages({ url }) {
  const left = [...new Set(Array.from({ length: DRAWN }, wanted))];
  const found = [];
  const search = async () => {
    for (let q = left.pop(); q !== undefined; q = left.pop()) {
      const { data } = await (await fetch(`${url}/trips?limit=${PAGE}&q=${encodeURIComponent(q)}`)).json();
      if (data.length === PAGE) found.push(q);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, search));
  if (found.length === 0) throw new Error('too few trips: nothing that is searched for fills a page');
  return found;
}

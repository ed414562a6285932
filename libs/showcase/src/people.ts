import { Auth, User } from '@app/users';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { SHOP_PASSWORD, type Login } from './logins.js';
import { inTurn } from './in-turn.js';

/** @returns the ids by e-mail address; whoever is not there yet is registered. */
export async function registerAll(
  app: INestApplicationContext,
  people: readonly Login[],
  onEach: () => void,
): Promise<Map<string, string>> {
  const users = app.get(DataSource).getRepository(User);
  const there = await users.findBy({ email: In(people.map(({ email }) => email)) });
  const ids = new Map(there.map(({ email, id }) => [email, id]));
  const auth = app.get(Auth);
  await inTurn(people, async ({ email, name }) => {
    if (!ids.has(email)) {
      const { user } = await auth.register({ email, name, password: SHOP_PASSWORD });
      ids.set(email, user.id);
    }
    onEach();
  });
  return ids;
}

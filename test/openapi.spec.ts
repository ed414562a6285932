import SwaggerParser from '@apidevtools/swagger-parser';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestApp } from './support/app.js';
import { operationsOf, readDocument, type ApiDocument, type Operation } from './support/openapi.js';
import { root } from './support/sources.js';

/** Any operation may answer these; saying so at each would tell nobody anything. */
const ANYWHERE = ['internal-error', 'temporarily-unavailable', 'request-timed-out', 'headers-too-large'];

/** Answers without a body: what was asked is done, or will be. */
const NOTHING_TO_SHOW = new Set(['202', '204']);

describe('the OpenAPI document', () => {
  let app: TestApp;
  let document: ApiDocument;
  let operations: Operation[];

  beforeAll(async () => {
    app = await TestApp.start();
    document = await readDocument(app);
    operations = operationsOf(document);
  });
  afterAll(() => app.stop());

  const namesOf = (wrong: (operation: Operation) => boolean) =>
    operations.filter(wrong).map(({ name }) => name);

  const validate = async (candidate: ApiDocument) =>
    SwaggerParser.validate(structuredClone(candidate) as never);

  it('is valid, every $ref included', async () => {
    expect(operations.length).toBeGreaterThan(40);
    await expect(validate(document)).resolves.toBeDefined();

    const broken = structuredClone(document);
    delete broken.components.schemas['BookingView'];
    await expect(validate(broken)).rejects.toThrow('BookingView');
  });

  it('gives every operation a name, a summary and a tag of its own area', () => {
    const ids = operations.map(({ documented }) => documented.operationId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(namesOf(({ documented }) => !documented.summary)).toEqual([]);
    expect(namesOf(({ documented }) => documented.tags?.length !== 1)).toEqual([]);
  });

  it('shows what every operation answers when all is well', () => {
    const isShown = ({ documented: { responses } }: Operation) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .map(
          ([status, { content }]) =>
            NOTHING_TO_SHOW.has(status) || Object.values(content ?? {})[0]?.schema !== undefined,
        );

    expect(namesOf((operation) => isShown(operation).length === 0)).toEqual([]);
    expect(namesOf((operation) => isShown(operation).includes(false))).toEqual([]);
  });

  it('says in words what every answer is', () => {
    const wordless = ({ documented: { responses } }: Operation) =>
      Object.values(responses).some(({ description }) => description.trim() === '');

    expect(namesOf(wordless)).toEqual([]);
  });

  it('shows what every operation answers when something is wrong', () => {
    const lacks = (status: number, code: string) => (operation: Operation) =>
      !operation.problems(status).includes(`/problems/${code}`);
    const missing = operations.flatMap((operation) => {
      const due: [number, string][] = [];
      if (!operation.isPublic) due.push([401, 'unauthenticated']);
      if (operation.isForAdmins) due.push([403, 'forbidden']);
      if (operation.parameters('path').length > 0) due.push([404, 'not-found']);
      if (operation.body) due.push([400, 'malformed-request'], [413, 'body-too-large']);
      if (!operation.documented['x-no-rate-limit']) due.push([429, 'rate-limited']);
      if (!operation.takesAnyQuery) due.push([422, 'invalid-request']);
      if (operation.parameters('header').includes('Idempotency-Key'))
        due.push([409, 'request-in-progress'], [422, 'idempotency-key-reused']);
      return due
        .filter(([status, code]) => lacks(status, code)(operation))
        .map(([status, code]) => `${operation.name}: ${status} ${code}`);
    });

    expect(missing).toEqual([]);
  });

  it('knows every problem of docs/problems.md, each with its status, and no other', async () => {
    const text = await readFile(join(root, 'docs/problems.md'), 'utf8');
    const known = [...text.matchAll(/^\| `([^`]+)`\s*\| (\d{3})/gm)].map(
      ([, code = '', status]) => `${status} ${code}`,
    );
    const shown = operations.flatMap((operation) =>
      Object.keys(operation.documented.responses).flatMap((status) =>
        operation.problems(Number(status)).map((type) => `${status} ${type.replace('/problems/', '')}`),
      ),
    );

    const particular = (problem: string) => !ANYWHERE.some((code) => problem.endsWith(code));
    expect([...new Set(shown)].filter(particular).sort()).toEqual(known.filter(particular).sort());
  });

  it('describes every error as a problem', () => {
    const isProblem = ({ documented: { responses } }: Operation) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('4'))
        .every(([, { content, description }]) => description !== '' && content?.['application/problem+json']);

    expect(namesOf((operation) => !isProblem(operation))).toEqual([]);
  });

  it('shows what to write in every field of every body', () => {
    const fields = operations.flatMap((operation) =>
      operation.fieldsWithoutExample().map((field) => `${operation.name}: ${field}`),
    );

    expect(operations.filter(({ body }) => body).length).toBeGreaterThan(15);
    expect(fields).toEqual([]);
  });
});

import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ProblemType } from '@app/kernel';
import { IntegerField, TextField } from './fields/index.js';
import { statusOf } from './problem.filter.js';

/** RFC 9457. `type` is stable: match on it, never on the texts. */
export class Problem {
  @TextField({ description: 'Stable name of the error', example: '/problems/invalid-request' })
  type: string;

  @TextField({ description: 'The same for every occurrence of the type' })
  title: string;

  @IntegerField({ description: 'The HTTP status' })
  status: number;

  @TextField({ description: 'What was wrong this time, and what would be right' })
  detail: string;

  @TextField({ description: 'Quote it when you report a problem' })
  requestId: string;
}

const PROBLEMS = 'travellr:problems';

/** Documents the errors a route can answer, grouped by status, one example for each. What several of these name adds up. */
export function Problems(...types: ProblemType[]): MethodDecorator {
  return (target, property, descriptor) => {
    const handler = descriptor.value as object;
    const earlier = (Reflect.getMetadata(PROBLEMS, handler) ?? []) as ProblemType[];
    const added = types.filter((type) => !earlier.includes(type));
    Reflect.defineMetadata(PROBLEMS, [...earlier, ...added], handler);
    applyDecorators(ApiExtraModels(Problem), ...responsesOf(earlier, added))(target, property, descriptor);
  };
}

/** Swagger adds a description to the one that is there, but takes the content in its place. */
function responsesOf(earlier: readonly ProblemType[], added: readonly ProblemType[]): MethodDecorator[] {
  const all = byStatus([...earlier, ...added]);
  return [...byStatus(added)].map(([status, group]) =>
    ApiResponse({
      status,
      description: group.map(({ title }) => title).join('\n\n'),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(Problem) },
          examples: Object.fromEntries(
            all
              .get(status)
              ?.map(({ code, title }) => [code, { value: { type: `/problems/${code}`, title, status } }]) ??
              [],
          ),
        },
      },
    }),
  );
}

function byStatus(types: readonly ProblemType[]): Map<number, ProblemType[]> {
  const groups = new Map<number, ProblemType[]>();
  for (const type of types) {
    const status = statusOf(type.kind);
    groups.set(status, [...(groups.get(status) ?? []), type]);
  }
  return groups;
}

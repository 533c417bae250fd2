// Checks that keepalived does not have: gRPC, Redis, MySQL and PostgreSQL.
import { type Block, nameOf, type Statement } from '../blocks/block.ts';
import type { OwnCheck } from '../model.ts';
import type { Report } from '../source/report.ts';
import { buildCommon, type CheckerDefaults } from './checker.ts';
import { at, bool, find, present, text } from './values.ts';

export const OWN_KINDS = [
  'GRPC_CHECK',
  'REDIS_CHECK',
  'MYSQL_CHECK',
  'PGSQL_CHECK',
] as const satisfies readonly OwnCheck['kind'][];

const RETRY = { retry: 1, delay: 1000 };

/** Empty for blocks of other kinds. */
export const buildOwnCheck = (
  statement: Statement,
  block: Block,
  defaults: CheckerDefaults,
  report: Report,
): readonly OwnCheck[] => {
  const kind = OWN_KINDS.find((one) => one === nameOf(statement));
  if (kind === undefined) return [];
  const common = buildCommon(statement, block, defaults, RETRY, report);
  const user = present('user', text(block, 'user'));
  switch (kind) {
    case 'GRPC_CHECK':
      return [
        {
          kind,
          ...common,
          service: text(block, 'service') ?? '',
          tls: bool(block, 'tls') ?? false,
          ...present('virtualHost', text(block, 'virtualhost') ?? defaults.virtualHost),
        },
      ];
    case 'REDIS_CHECK': {
      const password = text(block, 'password');
      const userAt = find(block, 'user');
      if (userAt !== undefined && password === undefined)
        report('warning', 'bad-value', 'user without password does not count in REDIS_CHECK', at(userAt));
      return [{ kind, ...common, ...(password === undefined ? {} : user), ...present('password', password) }];
    }
    case 'MYSQL_CHECK':
      return [{ kind, ...common, ...user }];
    case 'PGSQL_CHECK':
      return [{ kind, ...common, ...user, ...present('database', text(block, 'database')) }];
  }
};

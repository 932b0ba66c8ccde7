import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Coordinator } from '../../src/distributed/coordinator.js';
import * as distributed from '../../src/distributed/index.js';
import { Member } from '../../src/distributed/member.js';
import { DistributedTimeout, JoinFailed, NotDistributed, ProcessFailed } from '../../src/error/distributed.js';
import { failure, run } from '../helpers/either.js';

/** A port that nobody listens at. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const SECONDS = { join: 5, heartbeat: 2 };

/** A coordinator and its members, as processes would have them. */
async function together(count: number, heartbeat = SECONDS.heartbeat) {
  const port = await freePort();
  const coordinator = await Coordinator.open('127.0.0.1', port, count, heartbeat);
  const members = await Promise.all(
    Array.from({ length: count }, (_, id) => Member.join('127.0.0.1', port, id, count, { ...SECONDS, heartbeat })),
  );
  const end = (): void => {
    for (const member of members) member.close();
    coordinator.close();
  };
  return { port, members, end };
}

describe('Processes that have joined', () => {
  test('tell each other values, also before they are asked for', async () => {
    const { members, end } = await together(3);
    const wanted = members[2].ask({ op: 'get', key: 'topology' }, 'get', 5);
    await members[0].ask({ op: 'set', key: 'topology', value: 'a\nb "c"' }, 'set', 5);
    expect(await wanted).toBe('a\nb "c"');
    expect(await members[1].ask({ op: 'get', key: 'topology' }, 'get', 5)).toBe('a\nb "c"');
    end();
  });

  test('wait for each other at barriers', async () => {
    const { members, end } = await together(3);
    const order: string[] = [];
    const arrive = async (k: number): Promise<void> => {
      order.push(`${k} comes`);
      await members[k].ask({ op: 'barrier', name: 'epoch' }, 'barrier', 5);
      order.push('passed');
    };
    await Promise.all([arrive(0), arrive(1), arrive(2)]);
    expect(order).toEqual(['0 comes', '1 comes', '2 comes', 'passed', 'passed', 'passed']);
    await expect(members[0].ask({ op: 'barrier', name: 'alone' }, 'barrier', 0.1)).rejects.toBeInstanceOf(
      DistributedTimeout,
    );
    end();
  });

  test('all learn that one has ended, also those that wait', async () => {
    const { members, end } = await together(3);
    const waiting = members[1].ask({ op: 'barrier', name: 'never' }, 'barrier', 30);
    members[2].socket.destroy();
    await expect(waiting).rejects.toBeInstanceOf(ProcessFailed);
    await expect(waiting).rejects.toThrow('Process 2 of the distributed program has failed: its connection broke');
    await expect(members[0].ask({ op: 'get', key: 'x' }, 'get', 30)).rejects.toBeInstanceOf(ProcessFailed);
    end();
  });

  test('all learn that one is silent', async () => {
    const { members, end } = await together(2, 0.4);
    // A process that hangs: its connection stands, and nothing comes.
    const silent = members[1] as unknown as { socket: { write: () => boolean } };
    silent.socket.write = () => true;
    await expect(members[0].ask({ op: 'barrier', name: 'never' }, 'barrier', 30)).rejects.toThrow(
      'Process 1 of the distributed program has failed: no sign of life for 0.4 s',
    );
    end();
  });

  test('may leave, which is no failure', async () => {
    const { members, end } = await together(2);
    await members[1].leave();
    await members[0].ask({ op: 'set', key: 'x', value: '1' }, 'set', 5);
    expect(members[0].failure).toBeNull();
    end();
  });
});

describe('distributed.initialize', () => {
  test('joins, coordinates, and leaves', async () => {
    const coordinatorAddress = `127.0.0.1:${await freePort()}`;
    await run(distributed.initialize({ coordinatorAddress, numProcesses: 1, processId: 0 }));
    expect(distributed.isInitialized()).toBe(true);
    const again = await failure(distributed.initialize({ coordinatorAddress, numProcesses: 1, processId: 0 }));
    expect(again.message).toContain('joined already');
    await run(distributed.setValue('a', 'b'));
    expect(await run(distributed.getValue('a'))).toBe('b');
    await run(distributed.barrier('end'));
    await run(distributed.shutdown());
    expect(await failure(distributed.barrier('late'))).toBeInstanceOf(NotDistributed);
  });

  test('says why a process cannot join', async () => {
    const why = async (options: Partial<distributed.InitializeOptions>): Promise<string> => {
      const coordinatorAddress = `127.0.0.1:${await freePort()}`;
      const given = { coordinatorAddress, numProcesses: 2, processId: 1, initializationTimeout: 0.2, ...options };
      const error = await failure(distributed.initialize(given));
      expect(error).toBeInstanceOf(JoinFailed);
      return error.message;
    };
    expect(await why({})).toContain('nobody answers there for 0.2 s');
    expect(await why({ coordinatorAddress: 'nowhere' })).toContain('an address is written host:port');
    expect(await why({ processId: 2 })).toContain('process ids are 0 to 1');
    const { port, end } = await together(2);
    const coordinatorAddress = `127.0.0.1:${port}`;
    expect(await why({ coordinatorAddress })).toContain('another process has joined with that id');
    expect(await why({ coordinatorAddress, numProcesses: 3 })).toContain('it expects 3 processes');
    end();
  });

  test('gives up when the others do not come', async () => {
    const coordinatorAddress = `127.0.0.1:${await freePort()}`;
    const options = { coordinatorAddress, numProcesses: 2, processId: 0, initializationTimeout: 0.3 };
    expect(await failure(distributed.initialize(options))).toBeInstanceOf(DistributedTimeout);
  });
});

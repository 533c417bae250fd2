// Needs: what is there is not missing, what is not there says what to do.
import { describe, expect, test } from '@jest/globals';
import { missing } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';

describe('needs', () => {
  test('a program that is there is not missing', () => {
    expect(missing(needs('program:sh'))).toEqual([]);
  });

  test('what is missing is named, with what to do', () => {
    expect(missing(['program:sh', 'program:no-such-program'])).toEqual([
      'program:no-such-program: apt-get install no-such-program',
    ]);
  });

  test('root is missing exactly when this is not root', () => {
    expect(missing(['root'])).toEqual(process.getuid?.() === 0 ? [] : ['root: run it as root']);
  });

  test('the lab is missing outside of it', () => {
    expect(missing(['lab']).length).toBe(process.env.VIPWARD_LAB === '1' ? 0 : 1);
  });
});

let ran = false;
describeWith(needs('program:sh'), 'a suite whose needs are met', () => {
  test('runs', () => {
    ran = true;
    expect(ran).toBe(true);
  });
});

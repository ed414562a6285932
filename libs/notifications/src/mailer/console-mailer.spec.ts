import { Logger } from '@nestjs/common';
import { ConsoleMailer } from './console-mailer.js';

const LETTER = {
  messageId: '<1@travellr.example>',
  to: { name: 'Ada', address: 'ada@example.com' },
  subject: 'Choose a new password',
  text: 'https://travellr.example/reset-password?token=secret',
  html: '',
  language: 'en',
};

describe('mail without a mail server', () => {
  const lines: string[] = [];

  beforeEach(() => {
    lines.length = 0;
    jest.spyOn(Logger.prototype, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(String(line)));
  });
  afterEach(() => jest.restoreAllMocks());

  it('is printed in development, links and all', async () => {
    await new ConsoleMailer({ env: 'development' }).send(LETTER);

    expect(lines.join()).toContain('to ada@example.com: Choose a new password');
    expect(lines.join()).toContain(LETTER.text);
  });

  it('is noted in production, after a warning, but neither its secrets nor whom it is for', async () => {
    const mailer = new ConsoleMailer({ env: 'production' });
    mailer.onApplicationBootstrap();
    await mailer.send(LETTER);

    expect(lines).toEqual([
      expect.stringContaining('SMTP_URL is not set'),
      '<1@travellr.example>: Choose a new password',
    ]);
  });
});

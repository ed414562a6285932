import { chromium, type Browser, type Page } from 'playwright-core';
import { TestApp } from './support/app.js';
import { describeWith, findProgram } from './support/programs.js';
import { Shop } from './support/shop.js';

const browserProgram = findProgram('chromium', 'chromium-browser', 'google-chrome');

describeWith({ chromium: browserProgram })('Swagger UI', () => {
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await TestApp.start();
    browser = await chromium.launch({
      executablePath: `/usr/bin/${browserProgram}`,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    });
    page = await browser.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${app.url}/docs`);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** Opens an operation, sends it as it stands, and reads the status of the answer. */
  async function call(id: string): Promise<string | null> {
    const operation = page.locator(`#operations-${id}`);
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    return operation.locator('.live-responses-table tbody .response-col_status').first().textContent();
  }

  it('lets a visitor authorise and call what needs a token', async () => {
    const shop = new Shop(app);
    const { accessToken } = (
      await app.client().post('/auth/register', {
        email: 'visitor@travellr.test',
        password: 'a good password',
        name: 'Vic Visitor',
      })
    ).body;
    await shop.open();

    expect(await call('bookings-BookingsController_list')).toContain('401');
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.locator('.modal-ux input').fill(accessToken);
    await page.locator('.modal-ux').getByRole('button', { name: 'Apply credentials' }).click();
    await page.locator('.modal-ux').getByRole('button', { name: 'Close' }).click();
    await page
      .locator('#operations-bookings-BookingsController_list')
      .getByRole('button', { name: 'Execute' })
      .click();
    await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();

    expect(await call('trips-TripsController_search')).toContain('200');
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });
});

// The helpdesk in the deployed portal: somebody is locked out, let in again, and given a new password, each in a window of their own.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { PASSWORD, emailTo, signIn, visits } from './stack.mjs';

const HELPDESK = 'harriet.lowther@seaborough.example';
const PERSON = 'rosalind.quarmby@marramcare.example';

describe('the deployed portal, where people are helped to sign in', () => {
  const visit = visits();

  visit('the helpdesk locks a person out and lets them in again, and both see it at once', async (page, sound, another) => {
    const { page: person } = await another();
    await signIn(person, PERSON);
    await person.waitForURL('**/home/');
    await signIn(page, HELPDESK);
    await page.waitForURL('**/council/');
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('table').waitFor();
    await sound();
    await page.getByLabel('Name or email address').fill('rosalind');
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByText('1 user').waitFor();
    await page.getByRole('table').getByRole('link').click();
    await page.getByRole('heading', { name: 'Help this person' }).waitFor();
    await sound('council-user');
    const heading = await page.getByRole('heading', { level: 1 }).innerText();
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await page.getByLabel('Why').fill('A telephone call that was not hers');
    await page.getByRole('button', { name: 'Lock account' }).click();
    await page.locator('.govuk-notification-banner').getByText(`The account of ${heading} is locked.`).waitFor();
    await page.getByText('A telephone call that was not hers').waitFor();
    await sound();
    await person.goto('/home/');
    await person.waitForURL(/\/\?return=/);
    await person.getByLabel('Email address').fill(PERSON);
    await person.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await person.getByRole('button', { name: 'Sign in' }).click();
    await person.locator('.govuk-error-summary').waitFor();
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('button', { name: 'Unlock account' }).click();
    await page.locator('.govuk-notification-banner').getByText('is unlocked').waitFor();
    await signIn(person, PERSON);
    await person.waitForURL('**/home/');
    const subjects = (await emailTo(PERSON, 4)).map((email) => email.Subject).join();
    assert.match(subjects, /Your account is locked.*Your account is unlocked/);
    await page.reload();
    await page.getByText('Where they are signed in').waitFor();
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('button', { name: 'End all sessions' }).click();
    await page.getByText('They are not signed in anywhere.').waitFor();
    await sound();
  });
});

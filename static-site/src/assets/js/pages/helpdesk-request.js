// The form to the helpdesk, where the council offers it.
import { post } from '../api.js';
import { find, show } from '../dom.js';
import { clearErrors, onSubmit } from '../forms.js';
import { options, start } from '../page.js';

start(async () => {
  onSubmit(find('[data-request]'), async ({ name, organisation, email, telephone }) => {
    await post('/api/helpdesk-request', { name, organisation, email, telephone });
    clearErrors();
    show(find('[data-form]'), false);
    show(find('[data-done]'), true);
    const heading = find('[data-heading]');
    heading.textContent = 'Request sent';
    heading.focus();
  });
  const { helpdesk_form: offered } = await options().catch(() => ({ helpdesk_form: true }));
  show(find('[data-form]'), offered !== false);
  show(find('[data-not-offered]'), offered === false);
});

import {
  EmailField,
  IntegerField,
  LocaleField,
  ObjectField,
  PasswordField,
  PhoneField,
  TextField,
  TimeZoneField,
} from '@app/http';
import { UserView } from '../user.dto.js';

export class Register {
  @EmailField()
  email: string;

  @PasswordField({ description: '8 to 128 characters of any kind' })
  password: string;

  @TextField({ example: 'Ada Lovelace' })
  name: string;

  @PhoneField({ optional: true })
  phone?: string;

  @LocaleField({
    optional: true,
    description: 'The language to be written to in (BCP 47); `en` unless given',
  })
  locale?: string;

  @TimeZoneField({ optional: true, description: 'IANA: the zone that times in your mails are given in' })
  timeZone?: string;
}

export class Login {
  @EmailField({ description: 'In any letter case' })
  email: string;

  @PasswordField()
  password: string;
}

const tokenOfMail = (description: string) =>
  TextField({
    description,
    max: 2000,
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTlhIn0.c2ln',
  });

export class VerifyEmail {
  @tokenOfMail('From the mail that came after you registered. It works for 7 days')
  token: string;
}

export class ForgotPassword {
  @EmailField({ description: 'In any letter case' })
  email: string;
}

export class ResetPassword {
  @tokenOfMail('From the mail that you asked for. It works once, for an hour')
  token: string;

  @PasswordField({ description: 'The new one', example: 'battery staple correct horse' })
  password: string;
}

export class RefreshToken {
  @TextField({
    description: 'From your last sign-in or refresh',
    example: 'qL8R4QIcQ_ZsRqOAbeRfcZhilN_MksRtDaErMA7wH2o',
  })
  refreshToken: string;
}

export class SignedIn {
  @ObjectField(() => UserView)
  user: UserView;

  @TextField({
    description: 'Send it as `Authorization: Bearer <accessToken>`',
    max: 2000,
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTlhOGU0YyJ9.c2lnbmF0dXJl',
  })
  accessToken: string;

  @TextField({
    description: 'Exchange it at `POST /auth/refresh`. It works once, for 30 days',
    example: 'qL8R4QIcQ_ZsRqOAbeRfcZhilN_MksRtDaErMA7wH2o',
  })
  refreshToken: string;

  @IntegerField({ description: 'Seconds until the access token runs out', example: 900 })
  expiresIn: number;
}

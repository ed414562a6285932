import { EmailField, IntegerField, ObjectField, PasswordField, PhoneField, TextField } from '@app/http';
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
}

export class Login {
  @EmailField({ description: 'In any letter case' })
  email: string;

  @PasswordField()
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

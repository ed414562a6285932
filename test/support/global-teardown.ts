import { removeTestServer } from './test-server.js';

export default removeTestServer;

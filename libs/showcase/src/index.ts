export { VENDORS } from './catalogue/catalogue.js';
export { SHOP_PASSWORD, travellers, type Login } from './logins.js';
export { openShop } from './open-shop.js';
export { progressLine } from './progress-line.js';
export { DEMO_SIZE, LARGEST, type ShopSize } from './shop-size.js';
export { Shop, type OnProgress, type Stage, type Stocktaking } from './shop.js';

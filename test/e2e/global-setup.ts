import { startProduct } from './start-product.ts';

/** One product for all tests; its address and data folder reach the workers through the environment. */
export default async function setUp(): Promise<() => Promise<void>> {
  const product = await startProduct();
  process.env['FARSCOPE_E2E_URL'] = product.url;
  process.env['FARSCOPE_E2E_FOLDER'] = product.folder;
  process.env['FARSCOPE_E2E_DATA'] = product.dataDir;
  return product.stop;
}

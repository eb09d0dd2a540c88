ALTER TABLE "Product" DROP COLUMN "version";

import type { XmlElement } from '../../core/connector/kit/xml.js';

/** Where goods lie and whose they are; part of every question to the warehouse. */
export interface Place {
  readonly warehouseCode: string;
  readonly ownerCode: string;
}

/** `OTHER` stands for "no warehouse named", which a question leaves out. */
export const placeOf = ({ warehouseCode, ownerCode }: Place): XmlElement => ({
  ...(warehouseCode === 'OTHER' ? {} : { warehouseCode }),
  ownerCode,
});

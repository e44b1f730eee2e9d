"""Decides how a buyer sees the market: pages composed of many subjects, holding no rule of their own."""

USE [master]
GO
/****** Object:  Database [Shop] ******/
IF NOT EXISTS (SELECT name FROM sys.databases WHERE name = N'Shop')
BEGIN
CREATE DATABASE [Shop] CONTAINMENT = NONE ON PRIMARY ( NAME = N'Shop', FILENAME = N'C:\x.mdf' , SIZE = 8192KB )
 LOG ON ( NAME = N'Shop_log', FILENAME = N'C:\x.ldf' )
END
GO
ALTER DATABASE [Shop] SET COMPATIBILITY_LEVEL = 150
GO
IF (1 = FULLTEXTSERVICEPROPERTY('IsFullTextInstalled'))
begin
EXEC [Shop].[dbo].[sp_fulltext_database] @action = 'enable'
end
GO
USE [Shop]
GO
SET ANSI_NULLS ON
GO
SET QUOTED_IDENTIFIER ON
GO
IF NOT EXISTS (SELECT * FROM sys.objects WHERE object_id = OBJECT_ID(N'[dbo].[Item]') AND type in (N'U'))
BEGIN
CREATE TABLE [dbo].[Item](
	[Id] [int] IDENTITY(1,1) NOT NULL,
	[Name] [nvarchar](50) NOT NULL,
	[Price] [decimal](18, 2) NULL,
	[Made] [datetime2](7) NOT NULL CONSTRAINT [DF_x] DEFAULT (getdate()),
	[Active] [bit] NOT NULL DEFAULT ((1)),
	[Guid] [uniqueidentifier] NULL,
 CONSTRAINT [PK_Item] PRIMARY KEY CLUSTERED 
(
	[Id] ASC
)WITH (PAD_INDEX = OFF, STATISTICS_NORECOMPUTE = OFF) ON [PRIMARY]
) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
END
GO
CREATE TABLE [dbo].[Line]([OrderId] [bigint] NOT NULL, [ItemId] [int] NOT NULL, [Note] [varchar](max) NULL, CONSTRAINT [PK_Line] PRIMARY KEY NONCLUSTERED ([OrderId] ASC, [ItemId] DESC))
GO
SET IDENTITY_INSERT [dbo].[Item] ON 
GO
INSERT [dbo].[Item] ([Id], [Name], [Price], [Guid]) VALUES (1, N'Pen', CAST(1.50 AS Decimal(18, 2)), N'6F9619FF-8B86-D011-B42D-00C04FC964FF')
INSERT [dbo].[Item] ([Id], [Name], [Price]) VALUES (2, N'Ink''s', NULL)
GO
SET IDENTITY_INSERT [dbo].[Item] OFF
GO
INSERT [dbo].[Line] VALUES (1, 1, NULL)
ALTER TABLE [dbo].[Line]  WITH CHECK ADD  CONSTRAINT [FK_Line] FOREIGN KEY([ItemId])
REFERENCES [dbo].[Item] ([Id])
ON DELETE CASCADE
GO
ALTER TABLE [dbo].[Line] CHECK CONSTRAINT [FK_Line]
GO
ALTER TABLE [dbo].[Item] ADD  CONSTRAINT [DF_Price]  DEFAULT ((0)) FOR [Price]
GO
CREATE NONCLUSTERED INDEX [IX] ON [dbo].[Item] ([Name] ASC) INCLUDE ([Price]) WITH (PAD_INDEX = OFF) ON [PRIMARY]
GO
CREATE UNIQUE NONCLUSTERED INDEX [IX2] ON [dbo].[Item] ([Name])
GO
EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'x;y' , @level0type=N'SCHEMA',@level0name=N'dbo'
GO
CREATE PROCEDURE dbo.P @a int AS
BEGIN
 IF @a = 1 SELECT 1; ELSE SELECT 2;
END
GO
CREATE VIEW [dbo].[Names] AS SELECT TOP (100) PERCENT Name FROM dbo.Item
GO
CREATE OR ALTER VIEW dbo.N2 AS SELECT Id, Name FROM dbo.Item
GO
GRANT SELECT ON dbo.Item TO public
GO
IF NOT EXISTS (SELECT 1 FROM dbo.Item WHERE Name = N'Pad')
  INSERT INTO dbo.Item (Name, Price) VALUES (N'Pad', 3)
ELSE
  UPDATE dbo.Item SET Price = 4 WHERE Name = N'Pad'
IF EXISTS (SELECT 1 FROM dbo.Item WHERE Name = N'Pad') BEGIN UPDATE dbo.Item SET Price = Price + 1 WHERE Name = N'Pad' END
GO
